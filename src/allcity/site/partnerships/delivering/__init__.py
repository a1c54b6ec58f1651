"""Sessions as they are logged, planned and confirmed by either side, and the deliveries that they sum up to."""

"""Pictures and videos: cleaned before they are kept, shown with consent alone, and gone when that is taken back."""

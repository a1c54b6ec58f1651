"""How the documentation is built: nothing in it is fetched, neither when it is made nor when it is read."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extension"))

from allcity import __version__  # noqa: E402 - the path above is for the extensions alone

project = "Allcity"
author = "Allcity contributors"
copyright = "Allcity contributors, under the Apache License 2.0"  # noqa: A001 - Sphinx names it so
release = version = __version__

extensions = ["myst_parser", "mathml", "reference_pages"]
exclude_patterns = ["_extension", "tutorial/*"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nitpicky = True
html_math_renderer = "mathml"

html_theme = "furo"
html_title = "Allcity"
html_copy_source = False
html_show_sphinx = False
FONTS = HERE.parent / "src" / "allcity" / "reports" / "static"
html_static_path = ["_static", *(str(path) for path in sorted(FONTS.glob("*.woff2")))]
html_css_files = ["docs.css"]
html_theme_options = {
    "light_css_variables": {
        "color-background-primary": "#fbf8f2",
        "color-background-secondary": "#f5f0e6",
        "color-foreground-primary": "#221c30",
        "color-foreground-secondary": "#5d566b",
        "color-brand-primary": "#37409b",
        "color-brand-content": "#37409b",
        "color-brand-visited": "#37409b",
    },
    "dark_css_variables": {
        "color-background-primary": "#16131d",
        "color-background-secondary": "#1f1b29",
        "color-foreground-primary": "#f2ede4",
        "color-foreground-secondary": "#b3abc0",
        "color-brand-primary": "#a9b1ff",
        "color-brand-content": "#a9b1ff",
        "color-brand-visited": "#a9b1ff",
    },
}

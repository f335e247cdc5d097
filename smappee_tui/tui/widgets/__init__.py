"""What all screens are made of: lines, the line-painted view, sheets, forms, footer, styles."""

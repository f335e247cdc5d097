"""The screens of the vendor's cloud: the locations, and the panes of one."""

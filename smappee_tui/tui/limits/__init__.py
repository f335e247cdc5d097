"""The limits of the installation, and entering its main fuse."""

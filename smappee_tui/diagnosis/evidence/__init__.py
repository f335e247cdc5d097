"""One file a kind of evidence, and the bounded record that all of them are kept in."""

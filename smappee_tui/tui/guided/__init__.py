"""The screens of the guided test."""

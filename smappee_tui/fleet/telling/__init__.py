"""Telling people and other programs how a fleet is: messages, figures for a monitoring system, reports."""

"""The commissioning report: one document model, one small renderer a format."""

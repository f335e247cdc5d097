"""A visit to an installation, and what is kept of it: job, report, correction sheet, commissioning plan."""

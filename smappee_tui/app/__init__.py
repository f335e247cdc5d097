"""What the program does, without a screen: sessions, the guided test, switching, settings, report jobs."""

"""The screens: they show a session and hold no facts of their own. The only room that knows textual."""

"""Paper + engine + prompts -> events ... digest."""

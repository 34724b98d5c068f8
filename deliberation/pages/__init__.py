"""The pages of 议事协调: motions, meetings, the room, polls, resolutions and tasks."""

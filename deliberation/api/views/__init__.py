"""The doors of 议事协调: each verb parses, makes one service call, and shows the row again."""

TAG = "议事协调"

"""What the till does at each command: one function a command, a snapshot in and a snapshot out.

A step that raises has changed nothing. What it needs beside the snapshot is on the workplace.
"""

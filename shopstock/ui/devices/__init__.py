"""Settings, Devices: what is on the counter, set up by whoever stands before it.

``page`` lists the devices of this till with their state; ``editor`` asks where one is, what it is, and proves it by a
test print whose code is scanned back. ``setting_form`` is built from the settings that a device's language names;
``words`` says roles, languages and settings as people call them.
"""

"""What the customer sees: a second window on a second screen, and displays of two lines.

``feed`` turns the sale of the till into frames (``core.customer_display``); ``window`` shows them large; ``desk``
starts both for a window of the till; ``settings_page`` lets the owner choose the screen and the picture.
"""

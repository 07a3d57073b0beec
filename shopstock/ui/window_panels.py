"""What lies over the screens of the window: help, print queue, palette, sign-in; each is built when first asked for.

Nobody needs them for the first scan, so the start does not wait for them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from shopstock.core.units import StationId

if TYPE_CHECKING:
    from shopstock.ui.help import HelpPanel
    from shopstock.ui.main_window import MainWindow
    from shopstock.ui.palette import Palette
    from shopstock.ui.print_queue import PrintQueue
    from shopstock.ui.sign_in import SignInScreen


class WindowPanels:
    """The panels of one window. What only matters while a panel is on show never builds it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        #: The till where people sign in; the program sets it once it knows.
        self.station_id = StationId(1)

    @cached_property
    def sign_in(self) -> SignInScreen:
        """The page that asks who is at the till."""
        from shopstock.ui.sign_in import SignInScreen

        page = SignInScreen(self._window.shop)
        page.station_id = self.station_id
        self._window.stack.addWidget(page)
        return page

    @cached_property
    def help(self) -> HelpPanel:
        """The help of the screen on show."""
        from shopstock.ui.help import HelpPanel

        panel = HelpPanel(self._window.actions_, self._window.content)
        panel.closed.connect(self._window.focus_screen)
        return panel

    @cached_property
    def queue(self) -> PrintQueue:
        """The print queue."""
        from shopstock.ui.print_queue import PrintQueue

        panel = PrintQueue(self._window.shop, self._window.content)
        panel.closed.connect(self._window.focus_screen)
        panel.devices_asked.connect(lambda: self._window.show_settings("devices"))
        return panel

    @cached_property
    def palette(self) -> Palette:
        """What finds commands, screens and things by their words."""
        from shopstock.ui.find_things import Finder
        from shopstock.ui.palette import Palette

        finder = Finder(self._window)
        palette = Palette(self._window.content, finder.commands)
        for provider in finder.providers():
            palette.add_provider(provider)
        return palette

    @property
    def helps(self) -> bool:
        """Tell whether the help is on show."""
        return "help" in self.__dict__ and self.help.isVisible()

    def open_palette(self) -> None:
        """Show what finds everything."""
        self.palette.open()

    def hide_queue(self) -> None:
        """Put the print queue away."""
        if "queue" in self.__dict__:
            self.queue.hide()

    def hide_help(self) -> None:
        """Put the help away."""
        if "help" in self.__dict__:
            self.help.hide()

    def place(self, room: QRect) -> None:
        """Lay what is built along the far end of ``room``, and the palette over all."""
        for name in ("help", "queue"):
            panel = self.__dict__.get(name)
            if panel is not None:
                left = room.left() if panel.isRightToLeft() else room.right() + 1 - panel.width()
                panel.setGeometry(left, room.top(), panel.width(), room.height())
                panel.raise_()
        if "palette" in self.__dict__:
            self.palette.raise_()

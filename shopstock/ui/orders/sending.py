"""An order on its way out: its file written off the GUI thread, the e-mail opened, and the order noted as sent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QUrl, QUrlQuery

from shopstock.core.acting import Acting
from shopstock.core.outcome import ShopError
from shopstock.core.purchasing import OrderPaper
from shopstock.core.text import _
from shopstock.db.connection import Db
from shopstock.formats import order_files, order_pdf
from shopstock.queries import purchase


class Kind(StrEnum):
    """What an order is written as; the value is the end of the file's name."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


class Written(NamedTuple):
    """A file of an order, and the paper it was made of."""

    path: str
    paper: OrderPaper


def write(db: Db, acting: Acting, order_id: int, path: str, kind: Kind, prices: bool) -> Written:
    """Write an order to a file and return where; raise ``ShopError`` where it cannot be written."""
    paper = purchase.order_paper(db, acting, order_id, prices=prices)
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        match kind:
            case Kind.PDF:
                order_pdf.write(str(target), paper, purchase.page_size(db))
            case Kind.XLSX:
                order_files.write_xlsx(str(target), paper)
            case Kind.CSV:
                order_files.write_csv(str(target), paper)
    except OSError as error:
        raise ShopError(
            _("{path} cannot be written: {why}. Choose another place.").format(path=path, why=error.strerror)
        ) from error
    return Written(str(target), paper)


def letter(written: Written) -> QUrl:
    """Return the address that opens the system's mail program with the order's e-mail; the file is attached by hand."""
    paper = written.paper
    body = [
        _("Dear {supplier},").format(supplier=paper.supplier_name),
        "",
        _("please find our order {number} attached.").format(number=paper.number),
    ]
    if paper.expected:
        body.append(_("We would like to have the goods on {day}.").format(day=paper.expected))
    if paper.customer_number:
        body.append(_("Our customer number with you: {number}").format(number=paper.customer_number))
    body += ["", _("Kind regards"), paper.ordered_by, paper.shop_name]
    query = QUrlQuery()
    subject = _("Order {number} from {shop}").format(number=paper.number, shop=paper.shop_name)
    for name, text in (("subject", subject), ("body", "\r\n".join(body))):
        query.addQueryItem(name, bytes(QUrl.toPercentEncoding(text).data()).decode())
    url = QUrl(f"mailto:{bytes(QUrl.toPercentEncoding(paper.supplier_email, b'@').data()).decode()}")
    url.setQuery(query)
    return url

"""What an item's stock is worth and what leaves with every sale: FIFO and moving average behind one interface.

Plain rules on plain integers; no SQL. :class:`ItemCost` is one item in the whole shop (the pool): locations hold
quantity only, transfers move no value. Quantities are 1/1,000 units, values 1/10,000 of the currency. Never a unit
cost: what ``m`` of ``q`` units carry is ``share(value, m, q)``, so the last unit takes the remainder and quantity 0
always means value 0.

* **FIFO** keeps a layer for every arrival and takes from the oldest.
* **Moving average** keeps one layer that every arrival merges into.
* What is sold beyond the stock is a **shortfall** at a provisional value. The next goods that arrive settle it, oldest
  first; the difference (actual - provisional) is handed back as a :class:`Settled`, for a visible row of its own.
* What comes back from a sale comes back at the cost that left, last-consumed part first, and reopens its layer. A
  shortfall that is still open is simply cancelled.
* For moving average, ``survival`` is the product of (Q - m)/Q over all issues since the pool was last empty: how much
  of an earlier arrival is still held is a quotient of two of them, the result of a full replay at O(1).

The rules hold: layers left - shortfalls open = the pool, in quantity and in value; never open layers and open
shortfalls together; nothing ever scans history.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from operator import attrgetter

from shopstock.core.cost_layers import Issue, Layer, Part, Settled, Shortfall, Spread, Taken
from shopstock.core.units import divide_half_even

#: Survival 1, and how fine it is counted.
SURVIVAL_ONE = 10**12
#: A survival below this is scaled up by ``RESCALE`` (and the epoch counted one up), so that it stays precise.
SURVIVAL_FINE = 10**9
RESCALE = 10**6
#: Each time the pool runs empty the epoch moves to the next multiple of this.
EPOCH_STEP = 1_000_000

_by_id = attrgetter("id")


def _share(value: int, part: int, whole: int) -> int:
    return value if part == whole else divide_half_even(value * part, whole)


def wear(survival: int, epoch: int, held: int, qty: int) -> tuple[int, int]:
    """Return survival and epoch of a pool of ``held`` units after ``qty`` of them have left."""
    if qty == held:
        return SURVIVAL_ONE, (epoch // EPOCH_STEP + 1) * EPOCH_STEP
    survival = divide_half_even(survival * (held - qty), held)
    while 0 < survival < SURVIVAL_FINE:
        survival *= RESCALE
        epoch += 1
    return survival, epoch


class ItemCost:
    """The pool of one item: quantity, value, open layers, open shortfalls.

    ``qty`` and ``value`` are negative while a shortfall is open. ``last_*`` is the last known cost as a quotient.
    ``fallback`` is the supplier's price or the item's standard cost of one unit (1,000), when nothing else is known.
    """

    __slots__ = (
        "average", "epoch", "fallback", "last_line", "last_qty", "last_value", "layers", "qty", "shortfalls",
        "survival", "value",
    )  # fmt: skip

    def __init__(self, average: bool) -> None:
        self.average = average
        self.qty = 0
        self.value = 0
        self.survival = SURVIVAL_ONE
        self.epoch = 0
        self.last_qty = 0
        self.last_value = 0
        self.last_line: int | None = None
        self.fallback: int | None = None
        #: Open layers, oldest first; with moving average the one layer, also while it is empty.
        self.layers: list[Layer] = []
        self.shortfalls: list[Shortfall] = []

    # -- what one unit would cost ---------------------------------------------------------------------------------

    def provisional(self, qty: int) -> tuple[int, bool]:
        """Return the value at which ``qty`` units are taken that are not there, and whether no cost is known at all."""
        if self.last_qty:
            return divide_half_even(self.last_value * qty, self.last_qty), False
        if self.fallback is not None:
            return divide_half_even(self.fallback * qty, 1_000), False
        return 0, True

    def current(self, qty: int) -> tuple[int, bool]:
        """Return the value of ``qty`` units at current cost (oldest open layer, or the average); as ``provisional``."""
        for layer in self.layers:
            if layer.qty_left:
                return divide_half_even(layer.value_left * qty, layer.qty_left), False
        return self.provisional(qty)

    def newest(self, qty: int) -> tuple[int, bool]:
        """Return the value of ``qty`` units at the last layer's cost, or the average; as ``provisional``."""
        return self.current(qty) if self.average else self.provisional(qty)

    # -- out ------------------------------------------------------------------------------------------------------

    def issue(self, qty: int) -> Issue:
        """Take ``qty`` units from the oldest layers; what is not there becomes a shortfall of the caller's making."""
        left = min(qty, self.qty) if self.qty > 0 else 0
        short = qty - left
        cost = 0
        taken: list[Taken] = []
        if left:
            if self.average:
                self._wear(left)
            layers = self.layers
            while left:
                layer = layers[0]
                part = left if left < layer.qty_left else layer.qty_left
                cost += self._take(layer, part, taken)
                left -= part
        short_value, uncosted = self.provisional(short) if short else (0, False)
        cost += short_value
        self.qty -= qty
        self.value -= cost
        return Issue(cost, taken, short, short_value, uncosted)

    def issue_from(self, layer: Layer | None, qty: int) -> Issue:
        """Take ``qty`` units from their own layer if that still holds them, else from the oldest."""
        if layer is None or self.average or layer.qty_left < qty:
            return self.issue(qty)
        taken: list[Taken] = []
        cost = self._take(layer, qty, taken)
        self.qty -= qty
        self.value -= cost
        return Issue(cost, taken, 0, 0, False)

    def _take(self, layer: Layer, qty: int, taken: list[Taken]) -> int:
        value = layer.value_left
        if qty == layer.qty_left:
            if not self.average:
                self.layers.remove(layer)
        else:
            value = divide_half_even(value * qty, layer.qty_left)
        layer.qty_left -= qty
        layer.value_left -= value
        taken.append(Taken(layer, qty, value))
        return value

    def _wear(self, qty: int) -> None:
        self.survival, self.epoch = wear(self.survival, self.epoch, self.qty, qty)

    def open_shortfall(self, id: int, line_id: int, issue: Issue, account: str, detail: str) -> Shortfall:
        """Remember what an issue took beyond the stock, and the account that bore its cost."""
        qty, value = issue.short_qty, issue.short_value
        short = Shortfall(id, line_id, qty, value, qty, value, int(issue.uncosted), account, detail)
        self.shortfalls.append(short)
        return short

    # -- in -------------------------------------------------------------------------------------------------------

    def receive(
        self, qty: int, value: int, line_id: int, new_layer_id: Callable[[], int], *, priced: bool
    ) -> tuple[Layer, list[Settled]]:
        """Take goods in at ``value``, settling open shortfalls oldest first; the rest is a layer, or joins the one.

        ``priced`` says that the value comes from a goods receipt or an opening balance, which makes it the last known
        cost (found or returned goods only repeat a cost that was known).
        """
        layer = self.layers[0] if self.average and self.layers else None
        if layer is None:
            layer = Layer(new_layer_id(), line_id)
            self.layers.append(layer)
        layer.qty_in += qty
        layer.value_in += value
        layer.qty_left += qty
        layer.value_left += value
        self.qty += qty
        self.value += value
        settled = self._settle() if self.shortfalls else []
        if self.average and self.qty > 0:
            self.last_qty, self.last_value, self.last_line = self.qty, self.value, None
        elif priced:
            self.last_qty, self.last_value, self.last_line = qty, value, line_id
        return layer, settled

    def _settle(self) -> list[Settled]:
        settled: list[Settled] = []
        taken: list[Taken] = []
        while self.shortfalls and self.layers and self.layers[0].qty_left:
            short, layer = self.shortfalls[0], self.layers[0]
            part = min(short.qty_open, layer.qty_left)
            provisional = _share(short.value_open, part, short.qty_open)
            actual = self._take(layer, part, taken)
            short.qty_open -= part
            short.value_open -= provisional
            if not short.qty_open:
                self.shortfalls.pop(0)
            self.value -= actual - provisional
            settled.append(Settled(short, layer, part, provisional, actual))
        return settled

    def put_back(
        self, qty: int, shorts: list[Shortfall], parts: list[Part], layer_of: Callable[[int], Layer]
    ) -> tuple[int, list[Settled]]:
        """Take ``qty`` units back at the cost that left: open shortfalls of that line first, then last part first.

        ``parts`` are the line's parts, oldest first; ``layer_of`` fetches a layer that is not among the open ones.
        Returns the value and what the goods settled of other lines' shortfalls. There must be ``qty`` left to return.
        """
        back = 0
        for short in reversed(shorts):
            part = min(qty, short.qty_open)
            if part:
                value = _share(short.value_open, part, short.qty_open)
                short.qty_open -= part
                short.value_open -= value
                if not short.qty_open:
                    self.shortfalls.remove(short)
                qty -= part
                self.qty += part
                self.value += value
                back += value
        reopened = False
        for taken in reversed(parts):
            part = min(qty, taken.qty - taken.returned_qty)
            if part:
                value = _share(taken.value - taken.returned_value, part, taken.qty - taken.returned_qty)
                taken.returned_qty += part
                taken.returned_value += value
                taken.changed = True
                self._reopen(layer_of(taken.layer_id), part, value)
                qty -= part
                back += value
                reopened = True
        if qty:
            raise ValueError("more comes back than had left")
        settled = self._settle() if reopened and self.shortfalls else []
        if self.average and self.qty > 0:
            self.last_qty, self.last_value, self.last_line = self.qty, self.value, None
        return back, settled

    def _reopen(self, layer: Layer, qty: int, value: int) -> None:
        if not layer.qty_left and not self.average:
            insort(self.layers, layer, key=_by_id)
        layer.qty_left += qty
        layer.value_left += value
        self.qty += qty
        self.value += value

    # -- undoing --------------------------------------------------------------------------------------------------

    def take_again(self, qty: int, value: int, parts: list[Part], layer_of: Callable[[int], Layer]) -> int | None:
        """Undo a return: take ``qty`` units worth ``value`` from the layers they went back to, first part last.

        Returns the value, or ``None`` (and changes nothing) when those layers no longer hold exactly that.
        """
        plan: list[tuple[Part, Layer, int, int]] = []
        left = qty
        for part in parts:
            take = min(left, part.returned_qty)
            if take:
                worth = _share(part.returned_value, take, part.returned_qty)
                plan.append((part, layer_of(part.layer_id), take, worth))
                left -= take
        if left or sum(worth for _part, _layer, _take, worth in plan) != value:
            return None
        for layer in {id(layer): layer for _part, layer, _take, _worth in plan}.values():
            qty_out = sum(take for _part, one, take, _worth in plan if one is layer)
            value_out = sum(worth for _part, one, _take, worth in plan if one is layer)
            if not self._holds(layer, qty_out, value_out):
                return None
        for part, _layer, take, worth in plan:
            part.returned_qty -= take
            part.returned_value -= worth
            part.changed = True
        return self._remove([(layer, take, worth) for _part, layer, take, worth in plan])

    @staticmethod
    def _holds(layer: Layer, qty: int, value: int) -> bool:
        if qty == layer.qty_left:
            return value == layer.value_left
        return qty < layer.qty_left and value <= layer.value_left

    def unreceive(self, layer: Layer, qty: int, value: int) -> bool:
        """Undo an arrival: take it out of its layer at the value it came in with; tell whether that was possible.

        It is while nothing of it has left and no later cost has been added to it.
        """
        untouched = (qty, value, qty, value) == (layer.qty_in, layer.value_in, layer.qty_left, layer.value_left)
        if not untouched and not (self.average and self._holds(layer, qty, value)):
            return False
        layer.qty_in -= qty
        layer.value_in -= value
        self._remove([(layer, qty, value)])
        return True

    def forget_cost(self, line_id: int, before: tuple[int, int, int | None]) -> None:
        """Go back to the cost of the arrival ``before``, when the last known cost is that of one that was undone."""
        if (self.qty <= 0) if self.average else (self.last_line == line_id):
            self.last_qty, self.last_value, self.last_line = before

    def _remove(self, plan: list[tuple[Layer, int, int]]) -> int:
        total = 0
        for layer, qty, value in plan:
            if self.average and qty == self.qty:
                self._wear(qty)
            layer.qty_left -= qty
            layer.value_left -= value
            if not layer.qty_left and not self.average:
                self.layers.remove(layer)
            self.qty -= qty
            self.value -= value
            total += value
        if self.average and self.qty > 0:
            self.last_qty, self.last_value, self.last_line = self.qty, self.value, None
        return total

    # -- costs that come late -------------------------------------------------------------------------------------

    def spread_fifo(self, amount: int, layer: Layer) -> Spread:
        """Add a late cost (or a credit) to the layer of its goods, as far as they are still held."""
        return self._add(amount, divide_half_even(amount * layer.qty_left, layer.qty_in), layer)

    def spread_average(self, amount: int, received: int, held: int, survival: int, epoch: int) -> Spread:
        """Add a late cost (or a credit) to the pool, as far as the goods it belongs to are still in it.

        Of the ``received`` units, ``held`` joined the pool (the rest settled shortfalls) when its survival and epoch
        were the two given.
        """
        if self.qty <= 0:
            return Spread(0, amount, 0)
        if not held or self.epoch // EPOCH_STEP != epoch // EPOCH_STEP:
            return self._add(amount, 0, self.layers[0])
        scaled = survival * RESCALE ** (self.epoch - epoch)
        share = divide_half_even(amount * held * self.survival, received * scaled)
        most = divide_half_even(amount * min(self.qty, held), received)
        share = min(share, most) if amount >= 0 else max(share, most)
        return self._add(amount, share, self.layers[0])

    def _add(self, amount: int, share: int, layer: Layer) -> Spread:
        held = max(share, -layer.value_left) if layer.qty_left else 0
        layer.value_in += held
        layer.value_left += held
        self.value += held
        if self.average and self.qty > 0:
            self.last_qty, self.last_value, self.last_line = self.qty, self.value, None
        elif not self.average and self.last_line == layer.source_line:
            self.last_value = max(0, self.last_value + amount)
        return Spread(held, amount - share, share - held) if layer.qty_left else Spread(0, amount, 0)

"""What the demo shop sells: an invented neighbourhood shop, a dozen categories, a few hundred items.

One line of :data:`GOODS` is ``name; price; cost; weekly sales; season``. Words in braces are variants, each an item of
its own: ``Jam, {apricot|cherry} 340 g``. A name that ends in ``/kg`` is sold by weight. Seasons: ``summer``,
``winter``, ``advent``, ``easter``; ``dead`` goods were bought once and hardly ever sold since.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

from shopstock.core.units import Money, parse_decimal, parse_money

REDUCED, FULL = "reduced", "full"


class SampleItem(NamedTuple):
    """One item of the demo shop. ``weekly`` is how many are sold in an ordinary week, in hundredths."""

    name: str
    category: str
    supplier: str
    tax: str
    unit: str
    price: Money
    cost: Money
    weekly: int
    season: str


GOODS = """
# Bread and bakery; Mill Lane Bakery; reduced
Rye bread, sliced 500 g; 2.35; 1.24; 24
Wholegrain loaf 750 g; 3.60; 1.95; 18
White tin loaf 800 g; 2.10; 1.05; 20
Bread roll, {plain|seeded|wholegrain}; 0.55; 0.24; 40
Croissant, {butter|almond|chocolate}; 1.60; 0.78; 22
Baguette {classic|rustic}; 1.95; 0.95; 18
Pretzel stick; 1.20; 0.52; 12
Apple cake, slice; 2.90; 1.40; 8
Raisin bun; 1.10; 0.50; 10
Hot cross buns, 4; 2.80; 1.45; 9; easter
Stollen 500 g; 8.90; 4.60; 10; advent
# Dairy and eggs; Northfield Dairy; reduced
Whole milk 1 L; 1.19; 0.82; 60
Semi-skimmed milk 1 L; 1.15; 0.79; 48
Oat drink 1 L; 1.89; 1.16; 18
Butter, {salted|unsalted} 250 g; 2.79; 2.05; 24
Yoghurt, {natural|strawberry|peach|vanilla|cherry} 500 g; 1.49; 0.88; 13
Cream 200 ml; 1.05; 0.66; 12
Quark 250 g; 0.99; 0.58; 10
Cheddar, {mild|mature} 200 g; 3.20; 2.10; 9
Mature Gouda/kg; 14.90; 9.80; 5
Feta 200 g; 2.60; 1.55; 10
Mozzarella 125 g; 1.35; 0.80; 14
Eggs, {6|10} free range; 2.95; 1.95; 22
# Fruit and vegetables; Green Valley Produce; reduced
Bananas/kg; 1.89; 1.05; 16
Apples, {Elstar|Gala}/kg; 2.60; 1.45; 9
Potatoes 2 kg; 2.40; 1.30; 16
Carrots 1 kg; 1.25; 0.62; 15
Onions 1 kg; 1.35; 0.66; 14
Tomatoes/kg; 3.20; 1.90; 8
Cucumber; 0.95; 0.50; 16
Lettuce; 1.30; 0.70; 13
Lemons, 4; 1.80; 0.95; 10
Oranges/kg; 2.20; 1.20; 8; winter
Strawberries 500 g; 3.50; 2.20; 20; summer
Avocado; 1.10; 0.68; 14
Garlic, 3 bulbs; 1.20; 0.55; 8
# Pantry; Harbour Wholesale; reduced
Spaghetti 500 g; 1.29; 0.74; 18
Penne 500 g; 1.29; 0.74; 14
Basmati rice 1 kg; 3.40; 2.05; 10
Red lentils 500 g; 2.10; 1.15; 7
Chickpeas, tin 400 g; 0.99; 0.52; 14
Kidney beans, tin 400 g; 0.95; 0.50; 10
Chopped tomatoes 400 g; 0.89; 0.46; 20
Tomato paste 200 g; 1.15; 0.60; 9
Olive oil 500 ml; 7.90; 5.30; 8
Sunflower oil 1 L; 2.60; 1.75; 9
Wine vinegar, {red|white} 500 ml; 1.90; 1.02; 4
Flour, {plain|strong|wholemeal} 1 kg; 1.20; 0.68; 9
Sugar 1 kg; 1.35; 0.95; 14
Sea salt 500 g; 1.10; 0.48; 6
Honey, {blossom|forest} 500 g; 5.80; 3.60; 6
Jam, {strawberry|apricot|raspberry|cherry|blackcurrant} 340 g; 2.90; 1.62; 6
Peanut butter, {smooth|crunchy} 350 g; 3.10; 1.90; 7
Muesli, {fruit|nut|crunchy} 500 g; 3.60; 2.15; 7
Oat flakes 500 g; 1.10; 0.58; 13
Stock cubes, {vegetable|chicken|beef}; 1.60; 0.82; 6
Pesto, {basil|tomato} 190 g; 2.70; 1.55; 8
Soup, tin, {tomato|lentil|pea|goulash}; 1.95; 1.08; 6; winter
Tuna, tin 185 g; 1.85; 1.12; 12
Olives, {green|black} 200 g; 2.20; 1.25; 6
# Coffee and tea; Harbour Wholesale; reduced
Ground coffee 250 g; 5.49; 3.40; 18
Coffee beans, {house|dark|decaf} 500 g; 9.80; 6.20; 9
Filter papers, 100; 1.90; 0.85; 6
Black tea, {breakfast|earl grey|assam} 20 bags; 2.40; 1.22; 6
Herbal tea, {mint|camomile|fennel|fruit} 20 bags; 2.20; 1.10; 6
Green tea, loose 100 g; 4.60; 2.35; 3
Cocoa 250 g; 3.30; 1.95; 5; winter
# Drinks; Riverside Drinks; full
Mineral water, {still|sparkling} 1.5 L; 0.79; 0.38; 34; summer
Apple juice 1 L; 1.79; 1.02; 16
Orange juice 1 L; 2.29; 1.42; 14
Cola 1 L; 1.59; 0.90; 20; summer
Lemonade {lemon|elderflower|ginger} 750 ml; 1.99; 1.10; 10; summer
Lager 500 ml; 1.35; 0.82; 30; summer
Wheat beer 500 ml; 1.55; 0.95; 14; summer
Alcohol-free beer 500 ml; 1.35; 0.80; 10
Cider 500 ml; 2.10; 1.25; 8; summer
Red wine, {table|Rioja|Merlot} 750 ml; 6.90; 4.10; 6
White wine, {table|Riesling|Pinot Grigio} 750 ml; 6.90; 4.05; 6
Sparkling wine 750 ml; 8.90; 5.30; 6; advent
Mulled wine 1 L; 4.50; 2.40; 14; advent
# Sweets and snacks; Harbour Wholesale; full
Chocolate, {milk|dark|hazelnut|white} 100 g; 1.49; 0.88; 16
Chocolate, {orange|chilli} 100 g; 2.20; 1.30; 4
Biscuits, {butter|oat|chocolate} 200 g; 1.80; 1.02; 9
Crisps, {salted|paprika|vinegar} 175 g; 1.95; 1.15; 12
Salted peanuts 200 g; 1.70; 1.00; 8
Fruit gums 200 g; 1.20; 0.66; 10
Liquorice 175 g; 1.60; 0.90; 4
Chewing gum; 0.90; 0.48; 12
Chocolate eggs, {small|large}; 3.90; 2.10; 14; easter
Advent calendar; 4.50; 2.30; 12; advent
Gingerbread 200 g; 2.80; 1.50; 14; advent
Ice cream, {vanilla|chocolate|strawberry} 500 ml; 3.90; 2.30; 9; summer
# Frozen; Harbour Wholesale; reduced
Frozen peas 750 g; 2.10; 1.25; 9
Frozen spinach 450 g; 1.60; 0.92; 7
Frozen berries 300 g; 3.40; 2.10; 6
Pizza, {margherita|spinach|salami}; 3.20; 1.95; 10
Fish fingers, 15; 3.80; 2.45; 8
Ice 2 kg; 2.00; 0.70; 8; summer
# Household; Bright & Sons; full
Washing-up liquid 500 ml; 2.10; 1.15; 10
Laundry liquid 1.5 L; 7.40; 4.60; 6
All-purpose cleaner 1 L; 2.90; 1.55; 6
Bathroom cleaner 750 ml; 3.20; 1.70; 4
Kitchen roll, 4; 3.40; 2.10; 9
Toilet paper, 8; 4.50; 2.95; 14
Tissues, 10; 1.80; 1.00; 8
Bin bags, {20 L|35 L|60 L}; 2.20; 1.10; 5
Sponges, 3; 1.40; 0.60; 5
Aluminium foil 20 m; 2.60; 1.40; 4
Freezer bags, {1 L|3 L}; 1.90; 0.95; 3
Light bulb, LED {warm|neutral}; 4.90; 2.60; 3; winter
Batteries, {AA|AAA}, 4; 4.20; 2.20; 5
Radio alarm clock; 29.90; 18.50; 1
Kettle 1.7 L; 34.90; 21.00; 1
Descaler 250 ml; 3.10; 1.50; 2
Shoe polish, {black|brown|neutral}; 4.40; 2.20; 1; dead
Silver cloth; 6.90; 3.60; 1; dead
# Body care; Bright & Sons; full
Soap, {lavender|olive|rose}; 2.20; 1.10; 5
Shampoo, {normal|dry|anti-dandruff} 250 ml; 3.60; 2.00; 4
Shower gel, {citrus|mint|neutral} 250 ml; 2.40; 1.25; 6
Toothpaste 75 ml; 1.95; 1.05; 9
Toothbrush, {soft|medium}; 2.20; 1.05; 4
Deodorant 50 ml; 2.90; 1.60; 5
Hand cream 75 ml; 2.80; 1.40; 4; winter
Sun lotion {factor 30|factor 50} 200 ml; 8.90; 5.10; 5; summer
Plasters, 20; 2.40; 1.15; 3
Cotton pads, 80; 1.60; 0.80; 4
Razor blades, 4; 8.40; 5.60; 2
# Candles and gifts; Noor & Zoon; full
Beeswax candle, {10 cm|20 cm|30 cm}; 4.50; 2.10; 4; winter
Dinner candle, {ivory|red|green|blue}; 0.95; 0.42; 8; winter
Tea lights, pack of 50; 3.20; 1.60; 8; winter
Jar candle, {vanilla|fig|cedar}; 7.90; 4.10; 3; winter
Candle holder, {brass|glass}; 9.50; 4.80; 1
Lantern, {small|large}; 18.00; 9.00; 1; winter
Candle snuffer; 6.50; 3.25; 1; dead
Greeting card, {birthday|wedding|sympathy|blank}; 2.80; 1.20; 5
Gift wrap, {plain|stars|flowers}; 2.20; 0.90; 4; advent
Ribbon, {red|gold|silver}; 1.60; 0.65; 3; advent
Postcard, {harbour|market|church|sunset}; 0.90; 0.30; 3; summer
Snow globe; 12.90; 6.40; 1; dead
# Paper and office; Bright & Sons; full
Exercise book, {lined|squared}; 1.10; 0.52; 5
Notebook A5, {black|red}; 4.20; 2.10; 2
Ballpoint pen, {blue|black|red}; 1.20; 0.48; 4
Pencil HB; 0.60; 0.22; 4
Envelopes, {C6|DL}, 25; 1.90; 0.85; 3
Adhesive tape; 1.80; 0.80; 4
Glue stick; 1.70; 0.80; 3
Printer paper, 500; 5.90; 3.90; 4
Calendar, next year; 9.90; 5.10; 3; winter
Ink cartridge, {black|colour}; 21.00; 15.40; 1; dead
# Counter; Corner counter; full
Newspaper; 1.80; 1.35; 60
Magazine, {garden|kitchen|puzzle}; 3.90; 2.90; 4
Paper bag, large; 0.22; 0.07; 26
Bunch of flowers; 8.50; 4.70; 10
Coffee to go; 2.20; 0.60; 40
Stamps, letter; 0.95; 0.95; 14
"""

_BRACES = re.compile(r"\{([^}]*)\}")


def items() -> list[SampleItem]:
    """Return every item, its variants spelled out, with prices and sales that differ a little between variants."""
    found: list[SampleItem] = []
    category = supplier = tax = ""
    for line in GOODS.strip().splitlines():
        if line.startswith("# "):
            category, supplier, tax = (part.strip() for part in line[2:].split(";"))
            continue
        name, price, cost, weekly, *season = (part.strip() for part in line.split(";"))
        for number, variant in enumerate(_variants(name)):
            unit = "kg" if variant.endswith("/kg") else "piece"
            found.append(
                SampleItem(
                    variant.removesuffix("/kg"),
                    category,
                    supplier,
                    tax,
                    unit,
                    parse_money(price),
                    parse_money(cost),
                    int(parse_decimal(weekly) * 100) * (10 - min(number * 2, 6)) // 10,
                    season[0] if season else "",
                )
            )
    return found


def _variants(name: str) -> list[str]:
    parts = _BRACES.split(name)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    return ["".join(choice) for choice in product(*choices)]

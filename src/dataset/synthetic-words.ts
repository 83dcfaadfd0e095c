/** Departments of the generated shop, their shelves, and the nouns that stand on each shelf. */
export const departments: Record<string, Record<string, string[]>> = {
  Kitchen: {
    Knives: ['Chef Knife', 'Paring Knife', 'Cleaver', 'Bread Knife'],
    Cookware: ['Skillet', 'Saucepan', 'Wok', 'Stockpot'],
    Bakeware: ['Loaf Pan', 'Muffin Tin', 'Pie Dish', 'Baking Sheet'],
    Tea: ['Teapot', 'Tea Strainer', 'Kettle', 'Matcha Whisk'],
    Coffee: ['Burr Grinder', 'Pour Over Cone', 'French Press', 'Espresso Cup'],
  },
  Garden: {
    Seeds: ['Tomato Seeds', 'Basil Seeds', 'Wildflower Mix', 'Lettuce Seeds'],
    Tools: ['Trowel', 'Hand Fork', 'Pruner', 'Dibber'],
    Watering: ['Watering Can', 'Hose Reel', 'Sprinkler', 'Rain Gauge'],
    Pots: ['Planter', 'Hanging Basket', 'Seed Tray', 'Saucer'],
    Birds: ['Bird Feeder', 'Nest Box', 'Bird Bath', 'Suet Holder'],
  },
  Games: {
    Strategy: ['Strategy Game', 'War Game', 'Trading Game', 'Tile Game'],
    Party: ['Party Game', 'Drawing Game', 'Trivia Box', 'Charades Deck'],
    Puzzles: ['Jigsaw', 'Puzzle Box', 'Cube Puzzle', 'Brain Teaser'],
    Cards: ['Card Deck', 'Tarot Deck', 'Card Sleeves', 'Dealer Shoe'],
    Dice: ['Dice Set', 'Dice Tower', 'Dice Tray', 'Polyhedral Dice'],
  },
  Outdoors: {
    Camping: ['Tent', 'Sleeping Pad', 'Camp Stove', 'Tarp'],
    Hiking: ['Trekking Pole', 'Daypack', 'Gaiters', 'Compass'],
    Climbing: ['Chalk Bag', 'Carabiner', 'Harness', 'Climbing Rope'],
    Cycling: ['Bike Light', 'Saddle Bag', 'Tyre Lever', 'Bottle Cage'],
    Fishing: ['Fly Rod', 'Tackle Box', 'Landing Net', 'Lure Set'],
  },
  Stationery: {
    Notebooks: ['Notebook', 'Sketchbook', 'Planner', 'Journal'],
    Pens: ['Fountain Pen', 'Brush Pen', 'Gel Pen', 'Ink Bottle'],
    Paper: ['Letter Paper', 'Origami Paper', 'Index Cards', 'Envelopes'],
    Desk: ['Desk Lamp', 'Pen Tray', 'Blotter', 'Letter Opener'],
    Stamps: ['Rubber Stamp', 'Ink Pad', 'Wax Seal', 'Date Stamp'],
  },
  Bath: {
    Soap: ['Bar Soap', 'Hand Wash', 'Shaving Soap', 'Soap Dish'],
    Hair: ['Shampoo', 'Hair Oil', 'Comb', 'Hair Mask'],
    Skin: ['Face Cream', 'Body Lotion', 'Sunscreen', 'Lip Balm'],
    Towels: ['Bath Towel', 'Face Cloth', 'Bath Mat', 'Robe'],
    Candles: ['Scented Candle', 'Tea Lights', 'Incense', 'Oil Burner'],
  },
}

/**
 * Styles are tastes that cut across the shelves; each word of a style stands for the same taste.
 */
export const styles: string[][] = [
  ['Rustic', 'Farmhouse', 'Weathered'],
  ['Modern', 'Minimal', 'Sleek'],
  ['Vintage', 'Retro', 'Antique'],
  ['Budget', 'Everyday', 'Basic'],
  ['Luxury', 'Gilded', 'Premium'],
  ['Kids', 'Cartoon', 'Junior'],
  ['Eco', 'Bamboo', 'Recycled'],
  ['Travel', 'Compact', 'Folding'],
]

/** Last words of a title, which say nothing about taste. */
export const finishes = (
  'Black White Red Blue Green Grey Amber Ash Brass Chalk Cherry Clay Copper Coral Cream Denim Ebony Fern Flax Fog ' +
  'Ginger Honey Indigo Jade Lilac Linen Maple Mint Moss Navy Oak Olive Pearl Pine Plum Rose Rust Sand Slate Teal'
).split(' ')

const brandStarts = [
  'Alder',
  'Birch',
  'Cobalt',
  'Dorn',
  'Elm',
  'Fjord',
  'Garnet',
  'Harrow',
  'Ivory',
  'Juniper',
  'Kestrel',
  'Linden',
]
const brandEnds = ['wick', 'field', 'mark', 'stone', 'works']

/** 60 invented brands. */
export const brands: string[] = brandStarts.flatMap((start) => brandEnds.map((end) => start + end))

import { writeExampleShop } from '#src/dataset/example-shop.js'

/** Writes a shop of 80 users and 60 items as CSV files, and gives the flags that name them. */
export function smallShop(folder: string): string[] {
  const { interactions, items } = writeExampleShop(folder, { users: 80, items: 60 })
  const columns = ['user=customer', 'item=sku', 'timestamp=time'].flatMap((one) => [
    '--column',
    one,
  ])
  return ['--interactions', interactions, '--items', items, ...columns, '--item-column', 'id=sku']
}

import { InputError, quote } from '../util/errors.js'

/** A file that a publisher of data sets offers. */
export interface Download {
  /** Address of the file. */
  url: string
  /** Path under the data root. */
  file: string
  /** Address of the file's MD5, where one may be published. */
  md5Url?: string
  /** For a zip: the files to take out of it, by name, into the folder it lies in. */
  unpack?: readonly string[]
}

/** A data set that can be downloaded. */
export interface CatalogueEntry {
  /** Name under which it is found once it is there. */
  name: string
  /** Page with the terms of use. */
  terms: string
  /** All its files. */
  downloads: Download[]
}

interface Family {
  /** Form of the names, e.g. `amazon-2014/<Category>`. */
  pattern: string
  example: string
  terms: string
  downloads(part: string): Download[]
}

const mcauley = 'https://mcauleylab.ucsd.edu/public_datasets/data'
const grouplens = 'https://files.grouplens.org/datasets/movielens'

const amazon: Record<string, Family> = {
  'amazon-2014': {
    pattern: 'amazon-2014/<Category>',
    example: 'amazon-2014/Beauty',
    terms: 'https://jmcauley.ucsd.edu/data/amazon/',
    downloads: (category) =>
      [`reviews_${category}_5.json.gz`, `meta_${category}.json.gz`].map((name) => ({
        url: `https://snap.stanford.edu/data/amazon/productGraph/categoryFiles/${name}`,
        file: `amazon-2014/${name}`,
      })),
  },
  'amazon-2018': {
    pattern: 'amazon-2018/<Category>',
    example: 'amazon-2018/Gift_Cards',
    terms: 'https://nijianmo.github.io/amazon/index.html',
    downloads: (category) => [
      {
        url: `${mcauley}/amazon_v2/categoryFilesSmall/${category}_5.json.gz`,
        file: `amazon-2018/${category}_5.json.gz`,
      },
      {
        url: `${mcauley}/amazon_v2/metaFiles2/meta_${category}.json.gz`,
        file: `amazon-2018/meta_${category}.json.gz`,
      },
    ],
  },
  'amazon-2023': {
    pattern: 'amazon-2023/<Category>',
    example: 'amazon-2023/All_Beauty',
    terms: 'https://amazon-reviews-2023.github.io/',
    downloads: (category) => [
      {
        url: `${mcauley}/amazon_2023/raw/review_categories/${category}.jsonl.gz`,
        file: `amazon-2023/${category}.jsonl.gz`,
      },
      {
        url: `${mcauley}/amazon_2023/raw/meta_categories/meta_${category}.jsonl.gz`,
        file: `amazon-2023/meta_${category}.jsonl.gz`,
      },
    ],
  },
}

const movielens: Record<string, readonly string[]> = {
  'latest-small': ['ratings.csv', 'movies.csv', 'README.txt'],
  '25m': ['ratings.csv', 'movies.csv', 'README.txt'],
  '32m': ['ratings.csv', 'movies.csv', 'README.txt'],
  '1m': ['ratings.dat', 'movies.dat', 'users.dat', 'README'],
  '100k': ['u.data', 'u.item', 'README'],
}

/** Forms of the names that can be fetched; `<Category>` as on the page of the terms. */
export const fetchable: readonly { pattern: string; terms: string }[] = [
  ...Object.values(amazon).map(({ pattern, terms }) => ({ pattern, terms })),
  ...Object.keys(movielens).map((part) => ({
    pattern: `movielens-${part}`,
    terms: movielensTerms(part),
  })),
]

/**
 * The files of a data set that can be fetched.
 * @throws InputError for any other name, listing those that can be
 */
export function catalogueEntry(name: string): CatalogueEntry {
  const [family, category, ...rest] = name.split('/')
  if (
    category !== undefined &&
    rest.length === 0 &&
    Object.hasOwn(amazon, family) &&
    /^[A-Za-z0-9_]+$/.test(category)
  )
    return { name, terms: amazon[family].terms, downloads: amazon[family].downloads(category) }
  const part = name.replace(/^movielens-/, '')
  if (name.startsWith('movielens-') && Object.hasOwn(movielens, part)) {
    const url = `${grouplens}/ml-${part}.zip`
    return {
      name,
      terms: movielensTerms(part),
      downloads: [
        { url, file: `${name}/ml-${part}.zip`, md5Url: `${url}.md5`, unpack: movielens[part] },
      ],
    }
  }
  throw new InputError(
    `cannot fetch ${quote(name)}; there is ` +
      `${fetchable.map(({ pattern }) => pattern).join(', ')}, ` +
      `with a category such as ${amazon['amazon-2014'].example}`,
  )
}

function movielensTerms(part: string): string {
  return `${grouplens}/ml-${part}-README.${part === '1m' || part === '100k' ? 'txt' : 'html'}`
}

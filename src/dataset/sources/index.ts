import { amazon2014 } from './amazon-2014.js'
import { amazon2018 } from './amazon-2018.js'
import { amazon2023 } from './amazon-2023.js'
import { movielens100k } from './movielens-100k.js'
import { movielensCsv } from './movielens-csv.js'
import { movielensDat } from './movielens-dat.js'
import { recbole } from './recbole.js'

/** The families of files that are found by name under the data root. */
export const sources = [
  amazon2014,
  amazon2018,
  amazon2023,
  movielensCsv,
  movielensDat,
  movielens100k,
  recbole,
] as const

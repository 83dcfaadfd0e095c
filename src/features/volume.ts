import { historyOf } from '../dataset/histories.js'
import { perUser, type UserFeature } from './feature.js'

/** V = number of interactions in the user's history. */
export const volume: UserFeature = {
  name: 'V',
  title: 'volume (history size)',
  unit: 'interactions',
  needs: [],
  heavyTailed: true,
  compute: perUser(({ train }, user) => historyOf(train, user).length),
}

import { perUser, type UserFeature } from './feature.js'

/** V = number of interactions in the user's history. */
export const volume: UserFeature = {
  name: 'V',
  title: 'volume (history size)',
  unit: 'interactions',
  needs: [],
  heavyTailed: true,
  compute: perUser(({ train }, user) => train.start[user + 1] - train.start[user]),
}

import type { Engine, Places, Positions, TwoTowerModel } from './engine.js'

/** Anything that scores items for users; a higher score is better. */
export interface Recommender {
  /** Writes the scores [users.length, items.length], row-major, to `out`. */
  score(users: Int32Array, items: Int32Array, out: Float32Array): void
  /**
   * Places of items in their users' rankings, as `Engine.places` gives them: a faster way to what
   * `score` says. Absent: evaluation ranks by `score`.
   */
  places?(users: Int32Array, items: Int32Array, own: Positions, out: Positions): Places
}

/**
 * A recommender that scores by a model: the dot products of its embeddings, computed by the engine.
 */
export function modelRecommender(engine: Engine, model: TwoTowerModel): Recommender {
  return {
    score: (users, items, out) => engine.score(model, users, items, out),
    places: (...task) => engine.places(model, ...task),
  }
}

/** Whether it scores by itself, and is no pair of embedding tables. */
export function isRecommender(model: TwoTowerModel | Recommender): model is Recommender {
  return 'score' in model
}

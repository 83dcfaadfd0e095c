import type { TwoTowerConfig } from '../config.js'
import type { TwoTowerModel } from '../engine.js'
import {
  type Autodiff,
  differentiate,
  type Step,
  type StepLosses,
  type Tables,
} from './autodiff-step.js'
import { rowsOf } from './checks.js'
import type { TensorFlow } from './tensorflow.js'

/** Tables that are being trained. */
export interface TrainedTables {
  /** Takes a step; with a mask, its gradients are multiplied by it. */
  step(step: Step, mask?: Tables): StepLosses
  /** Reads the tables and frees their memory. */
  end(): TwoTowerModel
}

/** The tables of a model, trained step by step with Adagrad. */
export function trainedTables(
  autodiff: Autodiff,
  init: TwoTowerModel,
  config: TwoTowerConfig,
): TrainedTables {
  const { tf } = autodiff
  const tables = tensorsOf(tf, init)
  const squares = {
    users: tf.fill(tables.users.shape, config.accumulatorInit),
    items: tf.fill(tables.items.shape, config.accumulatorInit),
  }
  return {
    step(step, mask) {
      const { gradient, ...seen } = tf.tidy(() => {
        const found = differentiate(autodiff, tables, step, config)
        return mask ? { ...found, gradient: masked(found.gradient, mask) } : found
      })
      descend(tf, tables, squares, gradient, config.learningRate)
      return seen
    },
    end() {
      const model = {
        dim: init.dim,
        users: tables.users.dataSync(),
        items: tables.items.dataSync(),
      }
      for (const { users, items } of [tables, squares])
        [users, items].forEach((table) => table.dispose())
      return model
    },
  }
}

/** The model's tables as tensors [rows, dim]. */
export function tensorsOf(tf: TensorFlow, { dim, users, items }: TwoTowerModel): Tables {
  return {
    users: tf.tensor2d(users, [rowsOf(users, dim), dim]),
    items: tf.tensor2d(items, [rowsOf(items, dim), dim]),
  }
}

function masked(gradient: Tables, mask: Tables): Tables {
  return { users: gradient.users.mul(mask.users), items: gradient.items.mul(mask.items) }
}

/**
 * Adagrad over whole tables: a row without a gradient stays as it is. Puts the new tables in place
 * of the old, which it frees.
 */
function descend(
  tf: TensorFlow,
  tables: Tables,
  squares: Tables,
  gradient: Tables,
  learningRate: number,
): void {
  for (const name of ['users', 'items'] as const) {
    const [sum, moved] = tf.tidy(() => {
      const sum = squares[name].add(gradient[name].square())
      return [sum, tables[name].sub(gradient[name].mul(learningRate).div(sum.sqrt().add(1e-10)))]
    })
    for (const old of [squares[name], tables[name], gradient[name]]) old.dispose()
    squares[name] = sum
    tables[name] = moved
  }
}

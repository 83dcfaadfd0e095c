import { commandOf } from '../run/command.js'
import { shownComparisons } from '../run/comparisons.js'
import type { FinishedRun } from '../run/finished-run.js'
import type { RunResult } from '../run/result.js'
import { capital, counted } from '../dataset/wording.js'
import type { Point } from '../util/page-parts.js'
import type { Chapter, DocumentTable, Section } from './document.js'
import { figuresOf } from './figures.js'
import { firstTable } from './first-rows.js'
import { inShort } from './in-short.js'
import { untestedNotes } from './labels.js'
import { armsTable, costTable, testsTable } from './run-tables.js'

/**
 * The chapter on a run: the answer and the arms that it is about, figures, then all tables and how
 * to repeat it.
 * @param anchor - its name; figures and tables are named `<anchor>-<name>`
 */
export function runChapter(run: FinishedRun, anchor: string): Chapter {
  const { result, users } = run
  const named = <T extends { name: string }>(part: T): T => ({
    ...part,
    name: `${anchor}-${part.name}`,
  })
  const sections: Section[] = [
    { title: 'In short', points: inShort(run) },
    ...firstLook(result, named),
    careful(result),
    { title: 'Figures', figures: figuresOf(result, users).map(named) },
    { title: 'All arms and metrics', tables: [named(armsTable(result))], folded: true },
    ...tests(result, named),
    { title: 'All questions', tables: [named(costTable(result))], folded: true },
    measured(result),
    { title: 'Words on this page', words, folded: true },
    ...repetition(result),
  ]
  return { name: anchor, title: result.title, sections }
}

function firstLook(result: RunResult, named: (table: DocumentTable) => DocumentTable): Section[] {
  const table = firstTable(result)
  return table ? [{ title: 'What was found', tables: [named(table)] }] : []
}

/** What the numbers do not show, and what fired. */
function careful(result: RunResult): Section {
  const fired = result.diagnostics.map(
    ({ name, finding, remedy }) => `${name}: ${finding}. ${capital(remedy)}.`,
  )
  return { title: 'What to be careful about', bullets: [...limits(result), ...fired] }
}

/** Sentences on the limits of the run's numbers. */
function limits({ provenance, judge, seeds, data }: RunResult): string[] {
  const unavailable = data.unavailableFeatures.map(({ name, reason }) => `${name} (${reason})`)
  return [
    ...(provenance.dataset === 'synthetic'
      ? [
          'The data is a generated shop with planted tastes: ' +
            'figures show what the method does, not what it would gain anywhere.',
        ]
      : []),
    ...(judge.includes('no language model')
      ? [
          'The judge compares words: it is no language model, ' +
            'and its rows show what selection does, not what a language model knows.',
        ]
      : []),
    ...(seeds.length === 1 ? ['1 procedure gives no standard error and no test.'] : []),
    ...(unavailable.length > 0
      ? [`Features that this data does not have: ${unavailable.join('; ')}.`]
      : []),
  ]
}

function measured({ data, provenance, judge, config, seeds }: RunResult): Section {
  const { trainings } = config.evaluation
  return {
    title: 'Data and judge',
    folded: true,
    bullets: [
      `Data: ${provenance.dataset}, ` +
        `${counted(data.users, 'user')}, ${counted(data.items, 'item')}, ` +
        `${counted(data.interactions, 'interaction')}.`,
      `Measured on ${counted(data.coldTestItems, 'new item')} and ` +
        `${counted(data.evaluatedUsers, 'user')} who chose one.`,
      `Judge: ${judge}. ${counted(config.augmentation.pairsPerUser, 'question')} a user.`,
      `${counted(seeds.length, 'procedure')}, ${counted(trainings, 'training')} each.`,
    ],
  }
}

/** Words of figures and tables. */
const words: Point[] = [
  {
    label: 'recall@50',
    text: 'Of the items that a user chose later, the share that is among the first 50 of their list; the mean over users.',
  },
  {
    label: 'cold, full, warm, shelf',
    text: 'Which items are ranked: new (cold) items alone; new ones among all items (full); known (warm) items alone; all later choices among all items, with the same share of new items on each list (shelf).',
  },
  {
    label: 'arm',
    text: 'One of the ways that are compared, a row of the tables.',
  },
  {
    label: 'procedure',
    text: 'All of learning whom to ask, asking, training and testing, from one seed.',
  },
  {
    label: '±, 95 %',
    text: '± is the standard error over procedures. A 95 % interval holds the true value in 95 of 100 such runs.',
  },
  {
    label: 'judge',
    text: 'Who answers the questions in the place of users: a language model, or a program that compares words.',
  },
]

function tests(result: RunResult, named: (table: DocumentTable) => DocumentTable): Section[] {
  if (result.comparisons.length === 0) return []
  return [
    {
      title: 'All tests',
      folded: true,
      paragraphs: [
        'Paired t over n procedures, Holm’s correction over the table; ' +
          'the last interval draws the evaluated users again instead.',
        ...untestedNotes(shownComparisons(result)),
      ],
      tables: [named(testsTable(result))],
    },
  ]
}

function repetition(result: RunResult): Section[] {
  const { preset, config, provenance } = result
  return [
    {
      title: 'How to repeat it',
      paragraphs: [
        `understudy ${provenance.understudy}, engine ${provenance.engine}; ` +
          `data SHA-256 ${provenance.dataFingerprint}; config SHA-256 ${provenance.configHash}.`,
      ],
      literal: [commandOf(result)],
    },
    {
      title: 'All settings',
      folded: true,
      paragraphs: ['Saved as config.json, they repeat it too: understudy run config.json.'],
      literal: [JSON.stringify({ preset, ...config }, null, 2)],
    },
  ]
}

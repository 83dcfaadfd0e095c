import { commandOf } from '../run/command.js'
import { shownComparisons } from '../run/comparisons.js'
import type { FinishedRun } from '../run/finished-run.js'
import type { RunResult } from '../run/result.js'
import type { Chapter, DocumentTable, Section } from './document.js'
import { figuresOf } from './figures.js'
import { untestedNotes } from './labels.js'
import { armsTable, costTable, testsTable } from './run-tables.js'
import { headline } from './table.js'

/**
 * The chapter on a run: answer, figures, tables, diagnostics, costs and how to repeat it.
 * @param anchor - its name; figures and tables are named `<anchor>-<name>`
 */
export function runChapter({ name, result, users }: FinishedRun, anchor: string): Chapter {
  const named = <T extends { name: string }>(part: T): T => ({
    ...part,
    name: `${anchor}-${part.name}`,
  })
  const sections: Section[] = [
    answer(result),
    { title: 'Figures', paragraphs: [], figures: figuresOf(result, users).map(named) },
    {
      title: 'Table of all arms',
      paragraphs: [
        '± is the standard error over procedures. cold: cold items ranked among themselves; ' +
          'full: among all items; warm: later warm items; shelf: all later choices among all ' +
          'items, the same share of new ones on every shelf.',
      ],
      tables: [named(armsTable(result))],
    },
    ...tests(result, named),
    diagnostics(result),
    { title: 'Costs', paragraphs: [], tables: [named(costTable(result))] },
    repetition(result),
  ]
  return {
    name: anchor,
    title: `${result.title} (${name})`,
    sections: sections.filter((section) => !isEmpty(section)),
  }
}

function isEmpty({ paragraphs, tables = [], figures = [], literal = [] }: Section): boolean {
  return paragraphs.length + tables.length + figures.length + literal.length === 0
}

function answer(result: RunResult): Section {
  const { data, provenance, judge, config, seeds } = result
  const { trainings } = config.evaluation
  return {
    title: 'What was asked, and the answer',
    paragraphs: [
      result.question,
      headline(result),
      `Data: ${provenance.dataset}, ` +
        `${data.users} users, ${data.items} items, ${data.interactions} interactions. ` +
        `Test half: ${data.coldTestItems} cold items, ${data.evaluatedUsers} users.`,
      `Judge: ${judge}. ${config.augmentation.pairsPerUser} pairs a user. ` +
        `${seeds.length} procedure${seeds.length === 1 ? '' : 's'} (learn, choose, train, test), ` +
        `${trainings} training${trainings === 1 ? '' : 's'} each.`,
      ...limits(result),
    ],
  }
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

function tests(result: RunResult, named: (table: DocumentTable) => DocumentTable): Section[] {
  if (result.comparisons.length === 0) return []
  return [
    {
      title: 'Tests',
      paragraphs: [
        'Paired t over n procedures, Holm’s correction over the table; ' +
          'the last interval draws the evaluated users again instead.',
        ...untestedNotes(shownComparisons(result)),
      ],
      tables: [named(testsTable(result))],
    },
  ]
}

function diagnostics({ diagnostics }: RunResult): Section {
  return {
    title: 'Diagnostics',
    paragraphs:
      diagnostics.length === 0
        ? ['None fired.']
        : diagnostics.map(({ name, finding, remedy }) => `${name}: ${finding}. ${remedy}.`),
  }
}

function repetition(result: RunResult): Section {
  const { preset, config, provenance } = result
  return {
    title: 'To repeat it',
    paragraphs: [
      `understudy ${provenance.understudy}, engine ${provenance.engine}; ` +
        `data SHA-256 ${provenance.dataFingerprint}; config SHA-256 ${provenance.configHash}. ` +
        'Or save the settings below as config.json: understudy run config.json.',
    ],
    literal: [commandOf(result), JSON.stringify({ preset, ...config }, null, 2)],
  }
}

import type { JudgeReport } from '../experiment/judge-report.js'
import { show } from '../experiment/audit.js'
import { commandOf } from '../experiment/command.js'
import type { FinishedRun } from '../experiment/finished-run.js'
import type { RunResult } from '../experiment/run.js'
import { type Figure, figuresOf } from './figures.js'
import { summarise } from '../experiment/summary.js'
import { headline } from './table.js'

/** A number with the text that shows it: tables sort by the number. */
export type Cell = string | { value: number; text: string }

export interface DocumentTable {
  /** For file names and anchors. */
  name: string
  caption: string
  head: string[]
  rows: Cell[][]
}

/** A part of a report, whatever it is written as. Text is plain text: every writer escapes it. */
export interface Section {
  title: string
  paragraphs: string[]
  tables?: DocumentTable[]
  figures?: Figure[]
  /** Literal text: commands, settings. */
  literal?: string[]
}

export interface Chapter {
  /** For anchors and file names. */
  name: string
  title: string
  sections: Section[]
}

/** A report on some runs, side by side. */
export interface ReportDocument {
  title: string
  chapters: Chapter[]
}

export function reportDocument(runs: FinishedRun[], audits: { name: string; report: JudgeReport }[]): ReportDocument {
  const chapters = runs.map((run, k) => chapterOf(run, `run-${k + 1}`))
  const several = runs.length + audits.length > 1
  return { title: several ? 'understudy: runs side by side' : `understudy: ${runs[0]?.result.preset ?? 'judge audit'}`, chapters: [...(several && runs.length > 0 ? [overview(runs)] : []), ...chapters, ...audits.map(auditChapter)] }
}

function overview(runs: FinishedRun[]): Chapter {
  const rows = runs.map(({ name, result }) => [name, result.preset, result.provenance.dataset, result.judge, number(result.seeds.length, 0), headline(result)])
  return { name: 'overview', title: 'Overview', sections: [{ title: 'Runs', paragraphs: [], tables: [{ name: 'runs', caption: 'What was run, and its answer in a sentence', head: ['run', 'preset', 'data', 'judge', 'procedures', 'answer'], rows }] }] }
}

function chapterOf({ name, result, users }: FinishedRun, anchor: string): Chapter {
  const { data, provenance, judge, config, seeds } = result
  const trainings = config.evaluation.trainings
  const sections: Section[] = [
    {
      title: 'What was asked, and the answer',
      paragraphs: [
        result.question,
        headline(result),
        `Data: ${provenance.dataset}, ${data.users} users, ${data.items} items, ${data.interactions} interactions. Test half: ${data.coldTestItems} cold items, ${data.evaluatedUsers} users.`,
        `Judge: ${judge}. ${config.augmentation.pairsPerUser} pairs a user. ${seeds.length} procedure${seeds.length === 1 ? '' : 's'} (learn, choose, train, test), ${trainings} training${trainings === 1 ? '' : 's'} each.`,
        ...limits(result),
      ],
    },
    { title: 'Figures', paragraphs: [], figures: figuresOf(result, users).map((figure) => ({ ...figure, name: `${anchor}-${figure.name}` })) },
    { title: 'Table of all arms', paragraphs: ['± is the standard error over procedures. cold: cold items ranked among themselves; full: among all items; warm: later warm items.'], tables: [{ ...armsTable(result), name: `${anchor}-arms` }] },
    ...(result.comparisons.length > 0 ? [{ title: 'Tests', paragraphs: ['Paired t over procedures, Holm’s correction over the table; the last interval draws the evaluated users again instead.'], tables: [{ ...testsTable(result), name: `${anchor}-tests` }] }] : []),
    { title: 'Diagnostics', paragraphs: result.diagnostics.length === 0 ? ['None fired.'] : result.diagnostics.map(({ name, finding, remedy }) => `${name}: ${finding}. ${remedy}.`) },
    { title: 'Costs', paragraphs: [], tables: [costTable(result, anchor)] },
    {
      title: 'To repeat it',
      paragraphs: [`understudy ${provenance.understudy}, engine ${provenance.engine}; data SHA-256 ${provenance.dataFingerprint}; config SHA-256 ${provenance.configHash}. Or save the settings below as config.json: understudy run config.json.`],
      literal: [commandOf(result), JSON.stringify({ preset: result.preset, ...config }, null, 2)],
    },
  ]
  return { name: anchor, title: `${result.title} (${name})`, sections: sections.filter(({ paragraphs, tables, figures, literal }) => paragraphs.length + (tables?.length ?? 0) + (figures?.length ?? 0) + (literal?.length ?? 0) > 0) }
}

function limits({ provenance, judge, seeds, data }: RunResult): string[] {
  return [
    ...(provenance.dataset === 'synthetic' ? ['The data is a generated shop with planted tastes: figures show what the method does, not what it would gain anywhere.'] : []),
    ...(judge.includes('no language model') ? ['The judge compares words: it is no language model, and its rows show what selection does, not what a language model knows.'] : []),
    ...(seeds.length < 5 ? [`${seeds.length} procedure${seeds.length === 1 ? ' gives no standard error' : 's are few'}: small effects cannot be told from chance.`] : []),
    ...(data.unavailableFeatures.length > 0 ? [`Features that this data does not have: ${data.unavailableFeatures.map(({ name, reason }) => `${name} (${reason})`).join('; ')}.`] : []),
  ]
}

export const number = (value: number, digits: number): Cell => ({ value, text: Number.isFinite(value) ? value.toFixed(digits) : '' })

/** Means over procedures ± standard error, a row an arm. @param shown - metrics, e.g. `cold:recall@50`; default: recall at every K, and what is no ranking's */
export function armsTable(result: RunResult, shown?: string[]): DocumentTable {
  const rows = summarise(result)
  const factors = [...new Set(rows.flatMap((row) => Object.keys(row.factors)))]
  const ks = result.config.evaluation.ks.map((k) => `recall@${k}`)
  const metrics = shown ?? [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))].filter((metric) => !metric.includes(':') || ks.some((k) => metric.endsWith(`:${k}`)))
  return {
    name: 'arms',
    caption: 'All arms',
    head: ['policy', ...factors, 'users', 'questions', ...metrics.map((metric) => metric.replace(':', ' '))],
    rows: rows.map((row) => [
      row.policy,
      ...factors.map((factor): Cell => (typeof row.factors[factor] === 'number' ? { value: row.factors[factor], text: String(row.factors[factor]) } : (row.factors[factor] ?? ''))),
      number(row.users, 0),
      number(row.calls, 0),
      ...metrics.map((metric): Cell => {
        const found = row.metrics[metric] as { mean: number; standardError: number | null } | undefined
        return found ? { value: found.mean, text: `${found.mean.toFixed(4)}${found.standardError === null ? '' : ` ± ${found.standardError.toFixed(4)}`}` } : ''
      }),
    ]),
  }
}

/** The run's paired tests. @param shown - metrics; default: all */
export function testsTable({ comparisons }: RunResult, shown?: string[]): DocumentTable {
  const signed = (value: number, text: string): Cell => ({ value, text: value < 0 ? text : `+${text}` })
  const interval = (range: number[] | undefined, scale: number, digits: number) => (range ? range.map((x) => (scale * x).toFixed(digits)).join(' to ') : '')
  return {
    name: 'tests',
    caption: 'Paired differences',
    head: ['arm − against', 'metric', 'difference', 'relative, %', '95 % interval, %', 'Cohen’s d', 'p', 'p, Holm', '95 % over users'],
    rows: comparisons.filter(({ metric }) => shown === undefined || shown.includes(metric)).map((c) => [
      `${c.arm} − ${c.against}${Object.entries(c.factors ?? {}).map(([name, value]) => `, ${name} ${value}`).join('')}`,
      c.metric.replace(':', ' '),
      signed(c.difference, c.difference.toFixed(4)),
      signed(c.relative, (100 * c.relative).toFixed(1)),
      interval(c.relativeInterval, 100, 1),
      number(c.effectSize, 2),
      { value: c.p, text: pValue(c.p) },
      { value: c.pHolm, text: pValue(c.pHolm) },
      interval(c.userInterval, 1, 4),
    ]),
  }
}

const pValue = (p: number) => (p < 0.001 ? '< .001' : p.toFixed(3))

function costTable(result: RunResult, anchor: string): DocumentTable {
  const rows = summarise(result).filter(({ calls, learningCalls }) => calls + learningCalls > 0)
  return {
    name: `${anchor}-costs`,
    caption: 'Questions put to the judge, mean over procedures',
    head: ['policy', 'users', 'questions', 'questions to learn'],
    rows: rows.map((row) => [[row.policy, ...Object.entries(row.factors).map(([name, value]) => `${name} ${value}`)].join(', '), number(row.users, 0), number(row.calls, 0), number(row.learningCalls, 0)]),
  }
}

function auditChapter({ name, report }: { name: string; report: JudgeReport }, k: number): Chapter {
  const shares: [string, JudgeReport['accuracy']][] = [
    ['right', report.accuracy],
    ['content map right', report.mapAccuracy],
    ['right where the content map is wrong', report.whereMapWrong],
    ['right where it is right', report.whereMapRight],
    ['two orders, same position (flip)', report.flipRate],
    ['first position chosen', report.firstPositionShare],
    ...report.byHistory.map(({ items, accuracy }) => [`right, histories of ${items} items`, accuracy] as [string, JudgeReport['accuracy']]),
    ...report.byCategory.map(({ category, accuracy }) => [`right, ${category}`, accuracy] as [string, JudgeReport['accuracy']]),
  ]
  const rows = shares.filter(([, { n }]) => n > 0).map(([what, share]): Cell[] => [what, { value: share.share, text: show(share) }, number(share.n, 0)])
  const known = report.calibration
  const calibration: Figure = {
    name: `audit-${k + 1}-calibration`,
    title: 'Calibration of the margin',
    caption: 'What the margin claims, and how often the answer is right, by quarters of the margin; on the dotted line, claims are true.',
    data: [{ type: 'scatter', mode: 'markers+lines', x: known.map(({ claimed }) => claimed), y: known.map(({ accuracy }) => accuracy.share), error_y: { type: 'data', array: known.map(({ accuracy }) => accuracy.standardError), visible: true } }],
    layout: { height: 340, margin: { l: 60, r: 20, t: 20, b: 50 }, xaxis: { title: { text: 'claimed' }, range: [0.45, 1.02] }, yaxis: { title: { text: 'right' }, range: [0, 1.05] }, shapes: [{ type: 'line', x0: 0.5, y0: 0.5, x1: 1, y1: 1, line: { dash: 'dot', width: 1, color: '#888' } }] },
  }
  return {
    name: `audit-${k + 1}`,
    title: `Audit of ${report.judge} (${name})`,
    sections: [
      {
        title: 'Do its answers carry information?',
        paragraphs: [report.verdict, `${report.questions} questions with a known answer, ${report.unanswered} without a usable one; an answer adds ${report.addedBits.toFixed(3)} bits to what the content map says. Chance is 50 %.`],
        tables: [{ name: `audit-${k + 1}-shares`, caption: 'Shares, ± one standard error', head: ['share', 'mean', 'n'], rows }],
        ...(known.length > 0 ? { figures: [calibration] } : {}),
      },
    ],
  }
}

import { average } from '../evaluation/evaluate.js'
import type { Compared } from '../experiment/comparisons.js'
import { InputError, quote } from '../util/errors.js'
import type { FinishedRun, UserRecalls } from '../experiment/finished-run.js'
import type { RunResult, Trial } from '../experiment/run.js'
import { type SummaryRow, summarise } from '../experiment/summary.js'

/** A Plotly figure as plain JSON, with what a reader who cannot see it should know. */
export interface Figure {
  /** For file names and anchors. */
  name: string
  title: string
  /** What it shows and how to read it, one or two sentences. */
  caption: string
  data: Record<string, unknown>[]
  layout: Record<string, unknown>
}

/** All figures that the run has the numbers for. */
export function figuresOf(result: RunResult, users: UserRecalls = new Map()): Figure[] {
  return [recallByArm, recallByBudget, forest, tradeOff, learning, weights, profiles].flatMap((make) => make(result) ?? []).concat(userGains(result, users) ?? [])
}

/** One of them. @throws InputError naming those that there are */
export function figureOf({ result, users }: Pick<FinishedRun, 'result' | 'users'>, name: string): Figure {
  const figures = figuresOf(result, users)
  const found = figures.find((figure) => figure.name === name)
  if (!found) throw new InputError(`this run has no figure ${quote(name)}; it has ${figures.map((figure) => figure.name).join(', ')}`)
  return found
}

const metricOf = ({ config }: RunResult) => `cold:recall@${config.policy.rewardK}`
const nameOf = ({ policy, factors }: Pick<SummaryRow, 'policy' | 'factors'>) => [policy, ...Object.entries(factors).map(([name, value]) => `${name} ${value}`)].join(', ')
const percent = (x: number) => 100 * x
/** Long names of arms need room; as many lines as arms need height. */
const rowsLayout = (names: string[]) => ({ height: Math.max(260, 110 + 24 * names.length), margin: { l: 20 + 6.6 * Math.max(...names.map((name) => name.length)), r: 20, t: 20, b: 50 }, yaxis: { autorange: 'reversed', type: 'category' }, showlegend: false })

/** Means with their standard errors, a line an arm; chance as a line. */
function recallByArm(result: RunResult): Figure | undefined {
  const metric = metricOf(result)
  const rows = summarise(result).filter((row) => metric in row.metrics)
  if (rows.length < 2) return undefined
  const names = rows.map(nameOf)
  const chance = result.data.chance[`recall@${result.config.policy.rewardK}`]
  const errors = rows.map((row) => row.metrics[metric].standardError ?? 0)
  return {
    name: 'recall',
    title: `Cold-start recall@${result.config.policy.rewardK} of each arm`,
    caption: 'Mean over the procedures, bars one standard error; the dotted line is chance. Cold items of the test half, ranked among themselves.',
    data: [{ type: 'scatter', mode: 'markers', x: rows.map((row) => row.metrics[metric].mean), y: names, error_x: { type: 'data', array: errors, visible: true }, marker: { size: 9 } }],
    layout: { ...rowsLayout(names), xaxis: { title: { text: metric.replace(':', ' ') }, rangemode: 'tozero' }, ...(chance === undefined ? {} : { shapes: [vertical(chance, 'dot')] }) },
  }
}

const vertical = (x: number, dash: string) => ({ type: 'line', x0: x, x1: x, y0: 0, y1: 1, yref: 'paper', line: { dash, width: 1, color: '#888' } })

/** Lines over the factor that varies, e.g. the budget, with a band of one standard error. */
function recallByBudget(result: RunResult): Figure | undefined {
  const metric = metricOf(result)
  const rows = summarise(result)
  const [factor] = ['budget', 'users'].filter((name) => new Set(rows.map(({ factors }) => factors[name])).size > 2)
  if (factor === undefined) return undefined
  const arms = [...new Set(rows.filter(({ factors }) => factor in factors).map(({ policy }) => policy))]
  const data = arms.flatMap((arm, k) => {
    const own = rows.filter(({ policy, factors }) => policy === arm && factor in factors).sort((a, b) => Number(a.factors[factor]) - Number(b.factors[factor]))
    const x = own.map(({ factors }) => Number(factors[factor]))
    const value = own.map(({ metrics }) => metrics[metric].mean)
    const error = own.map(({ metrics }) => metrics[metric].standardError ?? 0)
    return bandedLine(arm, x, value, error, k)
  })
  return {
    name: 'budget',
    title: `Recall against ${factor}`,
    caption: 'Mean over the procedures, band one standard error. Where the lines meet, it no longer matters who is asked.',
    data,
    layout: { height: 380, margin: { l: 60, r: 20, t: 20, b: 50 }, xaxis: { title: { text: factor }, type: 'log' }, yaxis: { title: { text: metric.replace(':', ' ') } } },
  }
}

export const palette = ['#3366cc', '#dc7633', '#2e8b57', '#8e44ad', '#c0392b', '#16a2b8', '#7f6000', '#666699']

/** Relative paired differences with their 95 % intervals. */
function forest(result: RunResult): Figure | undefined {
  const metric = metricOf(result)
  const shown = result.comparisons.filter((comparison) => comparison.metric === metric && Number.isFinite(comparison.relative))
  if (shown.length === 0) return undefined
  const names = shown.map((comparison) => `${nameOf({ policy: comparison.arm, factors: comparison.factors ?? {} })} − ${comparison.against}`)
  const half = (side: 0 | 1) => shown.map((c) => Math.abs(percent(c.relativeInterval[side] - c.relative)))
  return {
    name: 'forest',
    title: 'Paired differences',
    caption: `Relative difference in ${metric.replace(':', ' ')}, paired over procedures, with its 95 % interval. An interval that holds 0 cannot tell the two apart.`,
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: shown.map((c) => percent(c.relative)),
        y: names,
        error_x: { type: 'data', symmetric: false, array: half(1), arrayminus: half(0), visible: true },
        marker: { size: 9, color: shown.map((c: Compared) => (c.pHolm < 0.05 ? '#2e8b57' : '#999999')) },
        text: shown.map((c) => `p ${c.p.toPrecision(2)}, Holm ${c.pHolm.toPrecision(2)}`),
      },
    ],
    layout: { ...rowsLayout(names), xaxis: { title: { text: 'relative difference, % (green: p < .05 after Holm)' } }, shapes: [vertical(0, 'solid')] },
  }
}

/** What cold items gain and warm ones lose; where warm ones cannot lose, what cold items gain among all. */
function tradeOff(result: RunResult): Figure | undefined {
  const cold = metricOf(result)
  const rows = summarise(result).filter(({ metrics }) => cold in metrics && cold.replace('cold', 'warm') in metrics)
  if (rows.length < 3) return undefined
  const values = (ranking: string) => rows.map(({ metrics }) => metrics[cold.replace('cold', ranking)].mean)
  const warm = values('warm')
  const moves = Math.max(...warm) - Math.min(...warm) > 1e-6
  const x = moves ? warm : values('full')
  const pad = 0.12 * (Math.max(...x) - Math.min(...x) || 0.01)
  return {
    name: 'trade-off',
    title: moves ? 'Cold against warm recall' : 'Cold items among themselves, and among all items',
    caption: moves
      ? 'Each point an arm. Up is better for new items, right for old ones: augmentation that moves points left harms warm recommendations.'
      : 'Each point an arm. Up: new items in the right order among themselves; right: found among all items. Warm recall is the same for all arms, because pairs move cold items alone (model.pairGradient).',
    data: [{ type: 'scatter', mode: 'markers+text', x, y: values('cold'), text: rows.map(nameOf), textposition: 'middle right', textfont: { size: 10 }, marker: { size: 8 } }],
    layout: { height: 460, margin: { l: 60, r: 110, t: 20, b: 50 }, xaxis: { title: { text: `${moves ? 'warm' : 'full'} recall@${result.config.policy.rewardK}` }, range: [Math.min(...x) - pad, Math.max(...x) + 2 * pad] }, yaxis: { title: { text: cold.replace(':', ' ') } }, showlegend: false },
  }
}

const learnedTrials = ({ trials }: RunResult) => trials.filter((trial): trial is Trial & { learned: NonNullable<Trial['learned']> } => trial.learned !== undefined)

/** Mean reward of each iteration over all runs, with a band of one standard deviation between runs. */
function learning(result: RunResult): Figure | undefined {
  const trials = learnedTrials(result)
  if (trials.length === 0) return undefined
  const arms = [...new Set(trials.map(nameOf))]
  const data = arms.flatMap((arm, k) => {
    const runs = trials.filter((trial) => nameOf(trial) === arm).flatMap(({ learned }) => learned.runs.map(({ rewards }) => rewards))
    const iterations = Array.from({ length: Math.min(...runs.map(({ length }) => length)) }, (_, i) => i)
    const mean = iterations.map((i) => average(runs.map((rewards) => rewards[i])))
    const deviation = iterations.map((i) => Math.sqrt(average(runs.map((rewards) => (rewards[i] - mean[i]) ** 2))))
    const [band, line] = bandedLine(arm, iterations.map((i) => i + 1), mean, deviation, k)
    // Many bands hide one another.
    return arms.length > 4 ? [line] : [band, line]
  })
  return {
    name: 'learning',
    title: 'Reward over learning',
    caption: 'Mean reward of each iteration: recall on the validation half gained over the baseline. Line: mean over all runs of the learner; band (up to four arms): one standard deviation between runs.',
    data,
    layout: { height: 360, margin: { l: 60, r: 20, t: 20, b: 50 }, xaxis: { title: { text: 'iteration' }, dtick: 1 }, yaxis: { title: { text: 'mean reward' } } },
  }
}

/** A line and a band of `half` on either side. */
function bandedLine(name: string, x: number[], y: number[], half: number[], k: number): Record<string, unknown>[] {
  const color = palette[k % palette.length]
  const band = { type: 'scatter', x: [...x, ...[...x].reverse()], y: [...y.map((v, i) => v + half[i]), ...y.map((v, i) => v - half[i]).reverse()], fill: 'toself', fillcolor: color, opacity: 0.15, line: { width: 0 }, mode: 'lines', hoverinfo: 'skip', showlegend: false }
  return [band, { type: 'scatter', mode: 'lines+markers', name, x, y, line: { color } }]
}

/** Weights of a linear scorer over the iterations, mean over runs and procedures. */
function weights(result: RunResult): Figure | undefined {
  const trials = learnedTrials(result).filter(({ learned: { features, runs } }) => runs[0]?.path?.length > 0 && runs[0].weights.length === features.length + 1)
  if (trials.length === 0) return undefined
  const [{ policy, learned }] = trials
  const runs = trials.filter((trial) => trial.policy === policy).flatMap((trial) => trial.learned.runs)
  const iterations = learned.runs[0].path.length
  const mean = (feature: number, iteration: number) => runs.reduce((sum, { path }) => sum + path[iteration][feature], 0) / runs.length
  return {
    name: 'weights',
    title: `What ${policy} learned to look at`,
    caption: `Weight of each scaled feature after each iteration, mean over ${runs.length} runs. A user with more of a feature of positive weight is asked sooner.`,
    data: learned.features.map((name, j) => ({ type: 'scatter', mode: 'lines+markers', name, x: Array.from({ length: iterations }, (_, k) => k + 1), y: Array.from({ length: iterations }, (_, k) => mean(j, k)), line: { color: palette[j % palette.length] } })),
    layout: { height: 360, margin: { l: 60, r: 20, t: 20, b: 50 }, xaxis: { title: { text: 'iteration' }, dtick: 1 }, yaxis: { title: { text: 'weight' }, zeroline: true } },
  }
}

/** Who is selected: mean scaled features of each arm's users. */
function profiles(result: RunResult): Figure | undefined {
  const arms = [...new Set(result.trials.filter(({ profile }) => profile).map(nameOf))]
  if (arms.length < 2) return undefined
  const names = Object.keys(result.trials.find(({ profile }) => profile)!.profile!)
  const z = arms.map((arm) => {
    const own = result.trials.filter((trial) => trial.profile && nameOf(trial) === arm)
    return names.map((name) => own.reduce((sum, { profile }) => sum + (profile![name] ?? 0), 0) / own.length)
  })
  return {
    name: 'selected',
    title: 'Who is selected',
    caption: 'Mean of each scaled feature over the users that an arm asks; random users are the background.',
    data: [{ type: 'heatmap', x: names, y: arms, z, colorscale: 'RdBu', zmid: 0, colorbar: { title: { text: 'mean' } } }],
    layout: { ...rowsLayout(arms), xaxis: { title: { text: 'feature' }, type: 'category' } },
  }
}

/** What single users gain from learned selection over the arm it is tested against first. */
function userGains(result: RunResult, users: UserRecalls): Figure | undefined {
  const pair = result.comparisons.find(({ arm, against }) => users.has(arm) && users.has(against))
  if (pair === undefined) return undefined
  const [own, other] = [users.get(pair.arm)!, users.get(pair.against)!]
  const gains = own.map((value, k) => value - other[k])
  const better = gains.filter((gain) => gain > 0).length
  const worse = gains.filter((gain) => gain < 0).length
  return {
    name: 'user-gains',
    title: `What single users gain: ${pair.arm} − ${pair.against}`,
    caption: `Difference in recall of each evaluated user, mean over the procedures: ${better} of ${gains.length} gain, ${worse} lose, the others stay.`,
    data: [{ type: 'histogram', x: gains.filter((gain) => gain !== 0), nbinsx: 40, marker: { color: '#3366cc' } }],
    layout: { height: 320, margin: { l: 60, r: 20, t: 20, b: 50 }, xaxis: { title: { text: 'recall gained (users without a difference left out)' } }, yaxis: { title: { text: 'users' } }, bargap: 0.05, shapes: [vertical(0, 'solid')] },
  }
}

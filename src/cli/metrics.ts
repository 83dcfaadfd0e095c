import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Command, InvalidArgumentError } from 'commander'
import type { WorkerHealth } from '../execution/queue/queue-worker.js'
import type { RunStatus } from '../run/status.js'
import { InputError } from '../util/errors.js'
import { resolveOptional } from '../util/optional.js'
import { onNotice } from './flags.js'
import { underHeading } from './help.js'

/** Where metrics are served. */
export interface MetricsPlace {
  host: string
  port: number
}

/** A number with its name, as Prometheus has them. */
export interface Metric {
  name: string
  help: string
  value: number
  labels?: Record<string, string | number>
}

/** A server of metrics. */
export interface MetricsServer {
  /** Gives all metrics, in place of those before. */
  set(metrics: readonly Metric[]): void
  close(): void
}

export function withMetricsOption(command: Command): Command {
  return underHeading(command, 'Output', (under) =>
    under.option(
      '--metrics-port <port>',
      'serve metrics for Prometheus at this port of 127.0.0.1 (0: a free one), or at HOST:PORT',
      metricsPlace,
    ),
  )
}

function metricsPlace(text: string): MetricsPlace {
  const [, host = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (!(port <= 65535))
    throw new InvalidArgumentError('expected a port or HOST:PORT, e.g. 9464 or 0.0.0.0:9464')
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port }
}

/**
 * Serves metrics in Prometheus' text format, with those of this process.
 * @throws ConfigError where prom-client is not installed; InputError where nothing can listen
 */
export async function serveMetrics({ host, port }: MetricsPlace): Promise<MetricsServer> {
  resolveOptional({ name: 'prom-client', version: '15', needs: '--metrics-port' })
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauges = new Map<string, InstanceType<typeof Gauge>>()
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET')
      return void response.writeHead(404).end('metrics are at /metrics\n')
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  server.listen(port, host)
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--metrics-port: nothing can listen at ${host}:${port} (${error.code})`)
  })
  server.unref()
  const { port: chosen } = server.address() as AddressInfo
  onNotice(`metrics: http://${host.includes(':') ? `[${host}]` : host}:${chosen}/metrics`)
  return {
    set(metrics) {
      for (const gauge of gauges.values()) gauge.reset()
      for (const { name, help, value, labels = {} } of metrics) {
        const gauge =
          gauges.get(name) ??
          new Gauge({ name, help, labelNames: Object.keys(labels), registers: [registry] })
        gauges.set(name, gauge)
        gauge.set(labels, value)
      }
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const metric = (name: string, help: string, value: number, labels?: Metric['labels']): Metric => ({
  ...{ name: `understudy_${name}`, help, value, labels },
})

/** How far a run is. */
export function metricsOfRun(status: RunStatus): Metric[] {
  const { preset, dataset, seeds, atOnce, learning, requests, cost, secondsLeft } = status
  return [
    metric('run_info', 'The run: its preset and its data set.', 1, { preset, dataset }),
    metric('steps', 'Steps of the run.', status.total),
    metric('steps_done', 'Steps that are done.', status.done),
    metric('seeds', 'Seeds of the run.', seeds.total),
    metric('seeds_done', 'Seeds that are finished.', seeds.done),
    metric('seeds_at_once', 'Seeds that are worked on at the same time.', atOnce),
    metric('requests', 'Requests sent to a language model, retries included.', requests),
    ...(cost
      ? [metric('cost', 'What they have cost.', cost.amount, { currency: cost.currency })]
      : []),
    metric('elapsed_seconds', 'Time since the command began.', status.secondsGone),
    ...(secondsLeft === undefined
      ? []
      : [metric('remaining_seconds', 'Estimated time left.', secondsLeft)]),
    ...learning.flatMap(({ seed, learner, iteration, iterations, reward }) => {
      const labels = { seed, learner }
      return [
        metric('iteration', 'Iterations of learning that are done.', iteration, labels),
        metric('iterations', 'Iterations of learning.', iterations, labels),
        metric('reward', 'Mean reward of the last iteration.', reward, labels),
      ]
    }),
  ]
}

/** What a worker has done and does. */
export function metricsOfWorker(health: WorkerHealth): Metric[] {
  const { done, failed, refused, running, waiting } = health
  return [
    metric('worker_trials_done', 'Trials that this worker has finished.', done),
    metric('worker_trials_failed', 'Trials that have failed here.', failed),
    metric('worker_trials_refused', 'Trials that went back to the queue.', refused),
    metric('worker_trials_running', 'Trials that are running here.', running),
    metric('worker_trials_waiting', 'Trials that wait in the queue, for any worker.', waiting),
  ]
}

import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveOptional } from '../util/optional.js'
import { endWithParent } from './process-group.js'
import { type CellOutput, type Executor, openSession, type Session, tslab } from './session.js'

/** The parts of tslab's Jupyter server that are used. */
interface Message {
  content: Record<string, unknown>
  header: { msg_type: string }
  createReply(): Message
  signAndSend(key: string, socket: object): void
}
interface Server {
  connInfo: { key: string }
  iopub: object
  shell: object
  init(): Promise<void>
  close(): void
  bindSocket(socket: object, port: number): Promise<void>
  handleExecute(socket: object, request: Message): Promise<void>
}
const load = createRequire(import.meta.url)
const { ZmqServer, JupyterHandlerImpl } = load(resolveOptional(tslab, 'tslab/dist/jupyter.js')) as {
  ZmqServer: new (handler: object, connectionFile: string) => Server
  JupyterHandlerImpl: new (executor: Executor, isJs: boolean) => object
}

/**
 * tslab's server, with errors that have a name and a traceback, execution numbers, and late
 * rejections that fail a cell.
 */
class Kernel extends ZmqServer {
  #count = 0
  /** The request whose cell is running, or ran last: what is written later belongs to it. */
  #current: Message | undefined
  #queue: Promise<void> = Promise.resolve()
  /** Requests that waited when a cell failed are not run. */
  #failures = 0
  readonly #bound: Promise<void>[] = []

  constructor(
    readonly session: Session,
    connectionFile: string,
  ) {
    // This handler does completion and inspection.
    super(new JupyterHandlerImpl(session.executor, false), connectionFile)
  }

  /** Requests come in when there is somewhere to answer. */
  override bindSocket(socket: object, port: number): Promise<void> {
    const others = socket === this.shell ? Promise.all(this.#bound) : Promise.resolve()
    const bound = others.then(() => super.bindSocket(socket, port))
    this.#bound.push(bound)
    return bound
  }

  override handleExecute(socket: object, request: Message): Promise<void> {
    const failures = this.#failures
    return (this.#queue = this.#queue.then(async () => {
      const content =
        failures === this.#failures ? await this.#execute(request) : { status: 'aborted' }
      this.#send('execute_reply', request, content, socket)
    }))
  }

  async #execute(request: Message): Promise<Record<string, unknown>> {
    const {
      code,
      silent,
      stop_on_error: stop,
    } = request.content as { code: string; silent?: boolean; stop_on_error?: boolean }
    const number = silent ? this.#count : ++this.#count
    this.#current = request
    this.#send('execute_input', request, { code, execution_count: number })
    const error = await this.session.execute(code)
    if (!error) return { status: 'ok', execution_count: number, payload: [], user_expressions: {} }
    if (stop !== false) {
      // Requests that are under way arrive before the count goes up, and are dropped with the
      // others.
      await sleep(100)
      this.#failures++
    }
    const { ename, evalue, traceback } = error
    return { status: 'error', execution_count: number, ename, evalue, traceback }
  }

  publish(
    { output_type: type, ...content }: CellOutput,
    id: string | undefined,
    update: boolean | undefined,
  ): void {
    if (this.#current)
      this.#send(
        update ? 'update_display_data' : type,
        this.#current,
        type === 'display_data'
          ? { ...content, transient: id === undefined ? {} : { display_id: id } }
          : content,
      )
  }

  #send(
    type: string,
    parent: Message,
    content: Record<string, unknown>,
    socket = this.iopub,
  ): void {
    const message = parent.createReply()
    message.header.msg_type = type
    message.content = content
    message.signAndSend(this.connInfo.key, socket)
  }

  override close(): void {
    super.close()
    setTimeout(() => process.exit(0), 100)
  }
}

const session = openSession(process.cwd(), (output, id, update) =>
  kernel.publish(output, id, update),
)
const kernel = new Kernel(session, process.argv[2])
process.on('SIGINT', () => session.interrupt())
// When Jupyter has ended, nobody else would end it.
endWithParent(process.ppid)
await kernel.init()

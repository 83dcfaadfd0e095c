// A process of its own, since a session takes over stdout and unhandled rejections: runs cells that
// are sent to it one after the other and sends back the error of each.
import { openSession } from '../../dist/notebook/session.js'

const session = openSession(process.cwd(), () => {})
process.on('message', async (code) => process.send({ error: await session.execute(code) }))

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { listen } from '../src/index.ts'

const CLIENTS = 200
const REQUESTS = 10

/** So many clients at once in another process, each asking one request after the other over a connection of its own. */
const CLIENT = `
  const { Agent, request } = require('node:http')
  const ask = (client, agent) => new Promise((done, failed) => request(
    { port: process.argv[1], host: '127.0.0.1', path: '/' + client, agent },
    (response) => response.resume().once('end', done)).once('error', failed).end())
  Promise.all(Array.from({ length: ${CLIENTS} }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let n = 0; n < ${REQUESTS}; n++) await ask(client, agent)
  })).then(() => process.exit(0), () => process.exit(1))`

it('whoever stands at the door is let in before those inside are served again and again', { timeout: 60_000 }, async () => {
  const server = await listen('127.0.0.1', 0)
  const order: string[] = []
  server.answerWith((request, response) => {
    order.push(request.url ?? '')
    // Work that keeps the process busy: it is what makes those outside wait.
    const end = performance.now() + 2
    while (performance.now() < end);
    response.end()
  })
  const client = spawn(process.execPath, ['-e', CLIENT, String(server.port)], { stdio: 'ignore' })
  expect(await once(client, 'exit')).toEqual([0, null])
  await server.close()
  const firsts = Array.from({ length: CLIENTS }, (_, name) => order.indexOf(`/${name}`))
  expect(order).toHaveLength(CLIENTS * REQUESTS)
  expect(Math.max(...firsts)).toBeLessThan(CLIENTS * 3)
})

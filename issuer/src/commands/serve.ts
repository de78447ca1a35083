import { once } from 'node:events'
import { verb } from '@symbolon/command-line'
import { commandSettings } from '../config.ts'
import { startIssuer } from '../start.ts'

/** `serve`: runs until it is asked to stop. */
export const serve = verb({
  name: 'serve',
  summary: 'runs the issuer until it is interrupted',
  usage: '',
  example: 'ISSUER_PORT=4000 symbolon-issuer serve',
  options: {},
  notes: 'SIGTERM or SIGINT: accepts nothing new, finishes what runs, closes the database, exits 0.',
  async run({ options, talk }) {
    const issuer = await startIssuer(commandSettings(options))
    talk(`the issuer answers at ${issuer.url}; ${issuer.url}/docs shows the calls of an institution`)
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
    await issuer.close()
    return { data: { url: issuer.url }, text: 'stopped' }
  },
})

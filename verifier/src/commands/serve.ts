import { once } from 'node:events'
import { verb } from '@symbolon/command-line'
import { environment } from '../config.ts'

/** `serve`: runs until it is asked to stop. */
export const serve = verb({
  name: 'serve',
  summary: 'runs the verifier until it is interrupted',
  usage: '',
  example: 'VERIFIER_PORT=4001 symbolon-verifier serve',
  options: {},
  notes: 'SIGTERM or SIGINT: accepts nothing new, finishes what runs, closes the database, exits 0.',
  async run({ options, talk }) {
    // A desk that only checks must not load a web server.
    const { startVerifier, verifierSettings } = await import('../service/index.ts')
    const verifier = await startVerifier(verifierSettings(environment(options)))
    talk(`the verifier answers at ${verifier.url}; ${verifier.url}/openapi.json describes its calls`)
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
    await verifier.close()
    return { data: { url: verifier.url }, text: 'stopped' }
  },
})

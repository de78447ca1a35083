import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, RefusedError, UsageError, verb } from '@symbolon/command-line'
import { isObject, type JsonObject, parseJsonObject } from '@symbolon/sd-jwt'
import { environment, settings } from '../config.ts'
import { refused } from '../errors.ts'
import { EXIT_OF_ANSWER } from '../explain.ts'

const PATIENCE = 15_000
const BETWEEN = 500

/** `ask QUESTION`: a request at a running verifier, and what a citizen's wallet answers. */
export const ask = verb({
  name: 'ask',
  summary: 'asks a question by a running verifier, and waits for the answer',
  usage: 'QUESTION [--given NAME=VALUE...] [--token-file FILE] [--url URL] [--no-wait] [--lang L]',
  example: 'symbolon-verifier ask museum-reduced-price',
  options: {
    given: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'what you fix of the question, as country=DE' },
    'token-file': {
      type: 'string',
      value: 'FILE',
      help: 'the bearer token of the relying party; without it, the one of development in the data folder',
    },
    url: { type: 'string', value: 'URL', help: 'where the verifier is (VERIFIER_URL, or http://localhost:4001)' },
    'no-wait': { type: 'boolean', help: 'print the link and do not wait for the answer' },
    lang: { type: 'string', value: 'L', help: 'nl, fr, de or en; without it, by LANG' },
  },
  operands: [1, 1],
  notes: 'exit 0 yes; 1 no, or the person or the verifier refused; 2 not known, or nobody answered in time; 64 wrong usage.',
  async run({ options, operands: [question = ''], talk }) {
    const { home, language } = settings(options)
    const { VERIFIER_URL, VERIFIER_PORT } = environment(options)
    const url = options.url ?? (VERIFIER_URL || `http://localhost:${VERIFIER_PORT || 4001}`)
    const call = caller(url, tokenIn(options['token-file'] ?? join(home, 'token')), language)
    const given = Object.fromEntries((options.given ?? []).map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
    const { id, uri } = await call('/requests', { question, given })
    if (options['no-wait']) return { data: { id, uri }, text: String(uri) }
    talk(String(uri))
    for (;;) {
      const state = await call(`/requests/${String(id)}`)
      if (state.state === 'waiting') await sleep(BETWEEN)
      else return { exit: exitOf(state), data: state, text: textOf(state) }
    }
  },
})

function tokenIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new UsageError(`ask: ${path} cannot be read`, 'name the file with the token of the relying party: --token-file FILE')
  }
}

const caller =
  (url: string, token: string, language: string) =>
  async (path: string, body?: JsonObject): Promise<JsonObject> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': language }
    const sent = { headers, signal: AbortSignal.timeout(PATIENCE), ...(body && { method: 'POST', body: JSON.stringify(body) }) }
    const response = await fetch(url + path, sent).catch(() => {
      throw refused('verifier_unreachable', `${url} cannot be reached`)
    })
    const answer = await response.text().then(parse)
    if (response.ok && answer !== undefined) return answer
    const { error, error_description: description } = answer ?? {}
    if (typeof error !== 'string') throw refused('verifier_unreachable', `${url} answers ${response.status}, and not as a verifier does`)
    throw new RefusedError(error, `${error}: ${typeof description === 'string' ? description : response.status}`)
  }

function parse(text: string): JsonObject | undefined {
  try {
    return parseJsonObject(text)
  } catch {
    return undefined
  }
}

function exitOf({ state, answer }: JsonObject) {
  if (state === 'answered' && (answer === 'yes' || answer === 'no' || answer === 'unknown')) return EXIT_OF_ANSWER[answer]
  return state === 'refused' ? EXIT.refused : EXIT.unknown
}

const textOf = ({ state, answer, reasons }: JsonObject): string =>
  [
    String(answer ?? state),
    ...(Array.isArray(reasons) ? reasons : []).flatMap((reason) => (isObject(reason) ? [`  ${String(reason.text)}`] : [])),
  ].join('\n')

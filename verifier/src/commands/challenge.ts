import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { qrSvg, qrTerminal, UsageError, verb, writeAtomically } from '@symbolon/command-line'
import { CHALLENGE_LIFE, createChallenge, isFormatOfCodes } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import { formatsOf } from '@symbolon/question'
import { settings } from '../config.ts'
import { loadQuestions } from '../questions.ts'
import { certifiedSigner } from '../signer.ts'
import { loadTypes } from '../types.ts'

const seconds = (): number => Math.floor(Date.now() / 1000)

/** `challenge QUESTION`: what a wallet without a connection answers with a code (specs/code.md). */
export const challenge = verb({
  name: 'challenge',
  summary: 'asks a question without a network: a code that a wallet answers with a code',
  usage: 'QUESTION [--key FILE [--certificate FILE]] [--out FILE] [--svg FILE] [--questions DIR]',
  example: 'symbolon-verifier challenge museum-reduced-price --out challenge.txt',
  options: {
    key: { type: 'string', value: 'FILE', help: 'the key of your access certificate; without it you are an unknown asker to the wallet' },
    certificate: { type: 'string', value: 'FILE', help: 'the certificates, where they are not in the file of the key' },
    out: { type: 'string', value: 'FILE', help: 'keep it here, for `check --challenge FILE`' },
    svg: { type: 'string', value: 'FILE', help: 'also draw it into this file' },
    questions: { type: 'string', value: 'DIR', help: 'further questions of your own (specs/question.md)' },
    types: { type: 'string', value: 'DIR', help: 'further types of your own: a folder of bricks (specs/credential-type.md)' },
  },
  operands: [1, 1],
  notes: [
    `It is good for ${CHALLENGE_LIFE} seconds and one verdict. Standard output is the text of the code; on a terminal it is drawn beside it.`,
    'The wallet shows what its own copy of the question says, and nothing else; it opens no connection.',
  ].join('\n'),
  async run({ options, operands: [question = ''], stderr }) {
    const { key, certificate, out, svg } = options
    const signerOf = async (key: string | undefined, chain = key) => {
      if (key === undefined || chain === undefined) return undefined
      const { signer, x5c } = await certifiedSigner({ key, chain }, settings(options), seconds())
      return { algorithm: signer.algorithm, x5c, sign: (input: string) => signer.sign(input) }
    }
    if (key === undefined && certificate !== undefined) throw new UsageError('challenge: --certificate goes with --key')
    const known = loadQuestions(loadTypes(options.types), options.questions)
    const asked = known.get(question)
    if (asked === undefined)
      throw new UsageError(`challenge: there is no question ${question}`, `known are ${[...known.keys()].join(', ')}`)
    const formats = formatsOf(asked)
    if (!formats.some(isFormatOfCodes))
      throw new UsageError(
        `challenge: no code can answer ${question}: it takes ${formats.join(', ')}`,
        'ask it online, or take a file and `check` it',
      )
    const now = seconds()
    const nonce = randomBytes(16).toString('base64url')
    const made = await createChallenge({ question, nonce, now }, await signerOf(key, certificate), primitives)
    if (out !== undefined) await writeAtomically(resolve(out), `${made.code}\n`)
    if (svg !== undefined) await writeAtomically(resolve(svg), `${qrSvg(made.code)}\n`)
    if (stderr.isTTY) stderr.write(`${qrTerminal(made.code)}\n`)
    const { audience, expires } = made.challenge
    const data = { code: made.code, question, audience, nonce, expires_at: new Date(expires * 1000).toISOString() }
    return {
      data: { ...data, ...(out !== undefined && { out: resolve(out) }), ...(svg !== undefined && { svg: resolve(svg) }) },
      text: made.code,
    }
  },
})

import { randomInt } from 'node:crypto'
import { ask, type Streams } from '@symbolon/command-line'
import type { FrontChannel } from '@symbolon/wallet'
import { refused } from '../errors.ts'

const LONGEST = 16_384
const TRIES = 5

/**
 * A way back that a person carries by hand, for a wallet on a machine without a browser: nobody listens at the redirect address, and
 * the address that the browser could not open is typed, or comes on standard input.
 *
 * `visit` throws RefusedError `answer_not_ours`.
 */
export function manual(streams: Streams, talk: (line: string) => void): FrontChannel {
  // A port of the range that no service is given (RFC 6335 section 6).
  const redirectUri = `http://127.0.0.1:${randomInt(49_152, 65_536)}/answer`
  return {
    redirectUri,
    async visit(address, isOurs) {
      talk('Open this address in a browser on any machine, and sign in:')
      talk(address)
      talk(`At the end the browser cannot open an address that begins with ${redirectUri}; copy the whole of it here.`)
      for (let tries = streams.stdin.isTTY ? TRIES : 1; tries > 0; tries--) {
        const answer = (await ask(streams, 'Address: ')).trim()
        if (answer.length <= LONGEST && isOurs(answer)) return answer
        talk('That is not the answer to this request.')
      }
      throw refused('answer_not_ours', 'the address that was given is not the answer to this request')
    },
  }
}

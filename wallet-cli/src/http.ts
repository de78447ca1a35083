import type { RefusedError } from '@symbolon/command-line'
import { addressFault } from '@symbolon/openid4vc'
import { HEADERS_READ, type HttpRequest, type Send } from '@symbolon/wallet'
import { refused } from './errors.ts'

const LARGEST = 1024 * 1024
const PATIENCE = 15_000

/**
 * Sends one request with all the care that an address from a stranger's offer needs: https unless it is this machine, no
 * redirect followed, at most 1 MiB, at most 15 seconds. Throws RefusedError; no message holds more of the address than its origin.
 */
export const send: Send = async (request) => {
  const fault = addressFault(request.address)
  if (fault !== undefined) throw refused('address_refused', `an address of this offer ${fault}`)
  const { origin } = new URL(request.address)
  const response = await attempt(request, origin)
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel()
    throw refused('peer_redirected', `${origin} sends the wallet elsewhere, which it does not follow`)
  }
  const contentType = response.headers.get('content-type') ?? undefined
  const headers = HEADERS_READ.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return { status: response.status, contentType, headers: Object.fromEntries(headers), body: await readBody(response, origin) }
}

async function attempt({ method, address, headers, body }: HttpRequest, origin: string): Promise<Response> {
  try {
    return await fetch(address, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE), ...(body && { body }) })
  } catch (cause) {
    throw unreachable(origin, cause)
  }
}

async function readBody(response: Response, origin: string): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of response.body ?? []) {
      size += part.length
      if (size > LARGEST) break
      parts.push(part)
    }
  } catch (cause) {
    throw unreachable(origin, cause)
  }
  if (size > LARGEST) throw refused('answer_too_large', `${origin} answers with more than ${LARGEST} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
  } catch {
    throw refused('answer_not_text', `${origin} answers with something that is not UTF-8 text`)
  }
}

function unreachable(origin: string, cause: unknown): RefusedError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError'
  const what = timedOut ? `did not answer within ${PATIENCE / 1000} seconds` : 'cannot be reached'
  return refused('peer_unreachable', `${origin} ${what}`)
}

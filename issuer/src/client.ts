import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RefusedError, SettingsError, trustLocalAuthority } from '@symbolon/command-line'
import { isObject, type JsonObject, parseJson } from '@symbolon/sd-jwt'
import { publicAddress, type Settings } from './config.ts'
import { commandRefused } from './errors.ts'

/** Calls a running issuer; throws `RefusedError` with the issuer's own code when it says no, or does not answer. */
export interface Client {
  admin(method: 'GET' | 'POST', path: string, body: JsonObject): Promise<JsonObject>
  text(path: string): Promise<string>
}

const PATIENCE = 30_000

/** A client for the issuer of these settings, with the token of its institution. */
export function client(settings: Settings): Client {
  const url = publicAddress(settings, settings.port)
  trustLocalAuthority({ SYMBOLON_ENV: settings.mode, SYMBOLON_HOME: settings.home, SYMBOLON_TLS: settings.tls })
  return {
    async admin(method, path, body) {
      const headers = { authorization: `Bearer ${adminToken(settings)}`, 'content-type': 'application/json' }
      return readObject(await ask(`${url}/admin${path}`, { method, headers, body: JSON.stringify(body) }))
    },
    text: async (path) => (await ask(`${url}${path}`, {})).text(),
  }
}

async function ask(address: string, request: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address, { ...request, redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
  } catch {
    throw commandRefused('issuer_unreachable', `no issuer answers at ${new URL(address).origin}`)
  }
  if (response.ok) return response
  const { error, error_description } = await readObject(response)
  throw new RefusedError(
    typeof error === 'string' ? error : 'refused',
    typeof error_description === 'string' ? error_description : `HTTP ${response.status}`,
  )
}

async function readObject(response: Response): Promise<JsonObject> {
  const text = await response.text()
  try {
    const document = parseJson(text)
    if (isObject(document)) return document
  } catch {
    // Said below, together with what is JSON and no object.
  }
  throw commandRefused('answer_malformed', `what answers there is no issuer (HTTP ${response.status})`)
}

function adminToken({ adminToken, home }: Settings): string {
  if (adminToken !== undefined) return adminToken
  const path = join(home, 'issuer', 'admin-token')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new SettingsError([`${path} cannot be read: start the issuer once with this home, or name another with --home`])
  }
}

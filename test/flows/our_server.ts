import { newBrowser } from './browser.ts'
import type { Client, Server } from './code_flow.ts'
import { numberOf, type Setting } from './setting.ts'

/** Our issuer as an authorization server at which this person signs in and agrees to everything. */
export const ourServer = (setting: Setting, person = 'P01'): Server => ({
  ...{ issuer: setting.url, par: `${setting.url}/par`, authorize: `${setting.url}/authorize` },
  ...{ token: `${setting.url}/token`, revoke: `${setting.url}/revoke` },
  now: setting.now,
  async agree(address, redirectUri) {
    const browser = newBrowser({ 'accept-language': 'en' })
    const isBack = (next: string): boolean => next.startsWith(redirectUri)
    const first = await browser.open(address, isBack)
    if (first.status !== 200) return first
    const consent = await browser.press(first, numberOf(person), isBack)
    return isBack(consent.address) || consent.status !== 200 ? consent : browser.press(consent, 'yes', isBack)
  },
})

/** A client as it stands in the institution's file. */
export const registered = ({ id, redirectUri, key }: Client): object => ({
  ...{ client_id: id, name: `Wallet ${id}`, redirect_uris: [redirectUri] },
  ...(key ? { authentication: 'private_key_jwt', jwks: { keys: [key.jwk] } } : { authentication: 'none' }),
})

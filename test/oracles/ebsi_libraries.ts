/**
 * EBSI's own published libraries (EUPL-1.2, for tests only).
 *
 * They load an HTTP client of JSON-LD processing that no call here reaches, and that cannot be loaded by this Node: a stand-in takes its place.
 */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== '@digitalbazaar/http-client') return next(specifier, context)
    return { url: 'node:http', shortCircuit: true }
  },
})

export const { verifyCredentialJwt } = await import('@cef-ebsi/verifiable-credential')
export const { verifyPresentationJwt } = await import('@cef-ebsi/verifiable-presentation')
export const { getResolver } = await import('@cef-ebsi/ebsi-did-resolver')

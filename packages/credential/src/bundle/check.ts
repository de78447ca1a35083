import { SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import type { Check } from '../model.ts'
import { verdict, worst } from '../verify/check.ts'
import { type TextReport, verifyText } from '../verify/index.ts'
import type { Context } from '../verify/policy.ts'
import { type Bundle, checkBundle, openBundle } from './bundle.ts'

/** The report on a text judged with nothing but a bundle, and the bundle when it could be opened. */
export interface OfflineReport extends TextReport {
  readonly bundle?: Bundle
}

/** The offline check: first whether the bundle may be believed, then the credential by what the bundle holds; never an exception for what either text holds. */
export async function verifyOffline(text: string, bundleText: string, context: Omit<Context, 'evidence'>): Promise<OfflineReport> {
  let bundle: Bundle
  try {
    bundle = await openBundle(bundleText, context)
  } catch (error) {
    const check = refused(error)
    return { outcome: 'fail', checks: [check], evidenceAge: null }
  }
  const report = await verifyText(text, bundle.lookup, context)
  const checks = [checkBundle(bundle, context.now), ...report.checks]
  return { ...report, outcome: worst(checks), checks, bundle }
}

function refused(error: unknown): Check {
  if (error instanceof CredentialError) return verdict('bundle', 'fail', error.code, { detail: error.message })
  if (error instanceof SdJwtError) return verdict('bundle', 'fail', 'bundle_malformed', { detail: error.message })
  throw error
}

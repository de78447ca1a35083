import { trustVerbs, type Verb } from '@symbolon/command-line'
import { settings } from '../config.ts'
import { bundleFetch, bundleInspect } from './bundle.ts'
import { check } from './check.ts'
import { questions } from './questions.ts'

/** Everything the verifier can do. */
export const VERBS: readonly Verb[] = [
  check,
  bundleFetch,
  bundleInspect,
  questions,
  ...trustVerbs('symbolon-verifier', (options) => settings(options).trustFile),
]

import type { ChainSentences } from './index.ts'

export const de: ChainSentences = {
  accreditation_attribute_mismatch:
    'Eine Akkreditierung[ von {did}] steht an einer Stelle, die für eine andere vorgesehen war. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
  accreditation_expired: 'Eine Akkreditierung[ von {did}] ist abgelaufen. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
  accreditation_issuer_mismatch:
    'Eine Akkreditierung[ von {did}] ist von jemand anderem unterschrieben, als das Register sagt. Weisen Sie den Nachweis zurück.',
  accreditation_key_purpose:
    'Eine Akkreditierung[ von {did}] ist mit einem Schlüssel unterschrieben, der für etwas anderes ist. Weisen Sie den Nachweis zurück.',
  accreditation_key_unknown:
    'Der Schlüssel, mit dem eine Akkreditierung[ von {did}] unterschrieben wurde, ist nicht hier. Holen Sie ein Bündel der Einträge des Registers (bundle fetch --ebsi).',
  accreditation_malformed: 'Was das Register[ von {did}] hat, ist keine Akkreditierung, oder keine ganze. Weisen Sie den Nachweis zurück.',
  accreditation_not_yet_valid:
    'Eine Akkreditierung[ von {did}] hat noch nicht begonnen. Prüfen Sie die Uhr, oder weisen Sie den Nachweis zurück.',
  accreditation_signature:
    'Eine Akkreditierung[ von {did}] wurde verändert, oder nicht von dem unterschrieben, der sie gab. Weisen Sie den Nachweis zurück.',
  accreditation_status_unknown:
    'Ob eine Akkreditierung[ von {did}] noch gilt, lässt sich hier nicht sagen. Bitten Sie um einen anderen Nachweis.',
  accreditation_subject_mismatch:
    'Eine Akkreditierung, die auf den Namen[ von {did}] eingetragen ist, betrifft jemand anderen. Weisen Sie den Nachweis zurück.',
  anchor_not_trusted:
    'Die Wurzel seiner Akkreditierungen steht nicht in der Vertrauensdatei[: {did}]. Weisen Sie den Nachweis zurück, oder vergleichen Sie diese DID und fügen Sie sie hinzu.',
  attribute_absent: 'Das Register hat die Akkreditierung[ von {did}] nicht, oder nicht mehr. Weisen Sie den Nachweis zurück.',
  attribute_empty:
    'Die Akkreditierung[ von {did}] ist im Register angekündigt und noch nicht dort. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
  attribute_hash_mismatch: 'Ein Eintrag des Registers[ über {did}] ist nicht der, den es aufgenommen hat. Weisen Sie den Nachweis zurück.',
  attribute_malformed: 'Ein Eintrag des Registers[ über {did}] ist nicht lesbar. Holen Sie das Bündel noch einmal.',
  attribute_of_other: 'Ein Eintrag des Registers betrifft nicht den, nach dem gefragt wurde[: {did}]. Weisen Sie den Nachweis zurück.',
  attribute_revoked: 'Eine Akkreditierung[ von {did}] wurde zurückgenommen. Weisen Sie den Nachweis zurück.',
  attribute_role_undefined: 'Das Register gibt keine Rolle, die wir kennen[, an {did}]. Weisen Sie den Nachweis zurück.',
  attribute_unknown:
    'Die Akkreditierung[ von {did}] ist nicht hier. Holen Sie ein Bündel der Einträge des Registers (bundle fetch --ebsi).',
  chain_cycle: 'Seine Akkreditierungen führen zu sich selbst zurück. Weisen Sie den Nachweis zurück.',
  chain_too_deep: 'Es stehen mehr Akkreditierungen übereinander, als hier angesehen werden. Weisen Sie den Nachweis zurück.',
  chain_trusted: '[Akkreditiert von {hops}. ]Die Wurzel[ {root}] steht in der Vertrauensdatei[: {anchor}].',
  evidence_stale: 'Was hier vom Register[ über {did}] ist, ist zu alt, oder niemand weiß, wie alt. Holen Sie ein neueres Bündel.',
  issuer_not_did_ebsi:
    'Der Nachweis sagt, er sei mit einer Akkreditierung von EBSI ausgestellt, und sein Aussteller kann keine haben. Weisen Sie ihn zurück.',
  jurisdiction_not_covered: 'Eine Akkreditierung[ von {did}] ist nicht für dieses Rechtsgebiet. Weisen Sie den Nachweis zurück.',
  list_issuer_mismatch: 'Seine Statusliste ist von jemand anderem als seinem Aussteller unterschrieben. Weisen Sie den Nachweis zurück.',
  role_mismatch: 'Das Register gibt eine andere Rolle[, an {did},] als die Akkreditierung. Weisen Sie den Nachweis zurück.',
  role_too_low: 'Jemand, der nur ausstellen darf, hat eine Akkreditierung gegeben[: {did}]. Weisen Sie den Nachweis zurück.',
  root_mismatch: 'Das Register nennt[ für {did}] eine andere Wurzel als die am Ende der Akkreditierungen. Weisen Sie den Nachweis zurück.',
  schema_not_covered: 'Sein Aussteller ist für diese Art mit einem anderen Schema akkreditiert[: {did}]. Weisen Sie den Nachweis zurück.',
  scope_widened: 'Jemand hat eine Akkreditierung für mehr gegeben, als er selbst hat[: {did}]. Weisen Sie den Nachweis zurück.',
  terms_of_use_ambiguous:
    'Es sind mehrere Akkreditierungen[ von {did}] genannt, und keine führt zu einer Wurzel in der Vertrauensdatei. Weisen Sie den Nachweis zurück.',
  terms_of_use_missing: 'Der Nachweis sagt nicht, mit welcher Akkreditierung[ von {did}] er ausgestellt wurde. Weisen Sie ihn zurück.',
  terms_of_use_not_registry:
    'Der Nachweis nennt eine Akkreditierung[ von {did}] außerhalb der Register, denen hier vertraut wird[: {registry}]. Weisen Sie ihn zurück, außer wenn dieses Netz hier zählen soll: Es wird in SYMBOLON_EBSI_REGISTRIES eingestellt.',
  terms_of_use_other_did: 'Der Nachweis nennt die Akkreditierung von jemand anderem als seinem Aussteller[: {did}]. Weisen Sie ihn zurück.',
  type_not_covered: 'Sein Aussteller ist nicht für diese Art akkreditiert[: {did}]. Weisen Sie den Nachweis zurück.',
}

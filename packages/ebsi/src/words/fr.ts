import type { ChainSentences } from './index.ts'

export const fr: ChainSentences = {
  accreditation_attribute_mismatch:
    "Une accréditation[ de {did}] se trouve à une place réservée à une autre. Refusez l'attestation et prévenez l'émetteur.",
  accreditation_expired: "Une accréditation[ de {did}] est périmée. Refusez l'attestation et prévenez l'émetteur.",
  accreditation_issuer_mismatch:
    "Une accréditation[ de {did}] est signée par quelqu'un d'autre que ce que dit le registre. Refusez l'attestation.",
  accreditation_key_purpose: "Une accréditation[ de {did}] est signée avec une clé qui sert à autre chose. Refusez l'attestation.",
  accreditation_key_unknown:
    "La clé de qui a signé une accréditation[ de {did}] n'est pas ici. Téléchargez un dossier des données du registre (bundle fetch --ebsi).",
  accreditation_malformed:
    "Ce que le registre contient[ de {did}] n'est pas une accréditation, ou pas une complète. Refusez l'attestation.",
  accreditation_not_yet_valid: "Une accréditation[ de {did}] n'a pas encore commencé. Vérifiez l'horloge, ou refusez l'attestation.",
  accreditation_signature: "Une accréditation[ de {did}] a été modifiée, ou n'est pas signée par qui l'a donnée. Refusez l'attestation.",
  accreditation_status_unknown: 'On ne peut pas savoir ici si une accréditation[ de {did}] vaut encore. Demandez une autre preuve.',
  accreditation_subject_mismatch: "Une accréditation inscrite au nom[ de {did}] concerne quelqu'un d'autre. Refusez l'attestation.",
  anchor_not_trusted:
    "La racine de ses accréditations ne figure pas dans le fichier de confiance[ : {did}]. Refusez l'attestation, ou comparez ce DID et ajoutez-le.",
  attribute_absent: "Le registre n'a pas, ou plus, l'accréditation[ de {did}]. Refusez l'attestation.",
  attribute_empty:
    "L'accréditation[ de {did}] est annoncée dans le registre et n'y est pas encore. Refusez l'attestation et prévenez l'émetteur.",
  attribute_hash_mismatch: "Une donnée du registre[ sur {did}] n'est pas celle qu'il a reçue. Refusez l'attestation.",
  attribute_malformed: "Une donnée du registre[ sur {did}] n'est pas lisible. Téléchargez à nouveau le dossier.",
  attribute_of_other: "Une donnée du registre ne concerne pas qui était demandé[ : {did}]. Refusez l'attestation.",
  attribute_revoked: "Une accréditation[ de {did}] a été retirée. Refusez l'attestation.",
  attribute_role_undefined: "Le registre ne donne aucun rôle que nous connaissions[ à {did}]. Refusez l'attestation.",
  attribute_unknown: "L'accréditation[ de {did}] n'est pas ici. Téléchargez un dossier des données du registre (bundle fetch --ebsi).",
  chain_cycle: "Ses accréditations ramènent à elles-mêmes. Refusez l'attestation.",
  chain_too_deep: "Il y a plus d'accréditations l'une au-dessus de l'autre qu'on n'en examine ici. Refusez l'attestation.",
  chain_trusted: '[Accrédité par {hops}. ]La racine[ {root}] figure dans le fichier de confiance[ : {anchor}].',
  evidence_stale: "Ce qui est ici du registre[ sur {did}] est trop vieux, ou d'un âge inconnu. Téléchargez un dossier plus récent.",
  issuer_not_did_ebsi: "L'attestation se dit émise par une accréditation d'EBSI, et son émetteur ne peut pas en avoir. Refusez-la.",
  jurisdiction_not_covered: "Une accréditation[ de {did}] n'est pas pour cette juridiction. Refusez l'attestation.",
  list_issuer_mismatch: "Sa liste de statuts est signée par quelqu'un d'autre que son émetteur. Refusez l'attestation.",
  role_mismatch: "Le registre donne un autre rôle[ à {did}] que l'accréditation. Refusez l'attestation.",
  role_too_low: "Quelqu'un qui peut seulement émettre a donné une accréditation[ : {did}]. Refusez l'attestation.",
  root_mismatch: "Le registre nomme[ pour {did}] une autre racine que celle au bout de ses accréditations. Refusez l'attestation.",
  schema_not_covered: "Son émetteur est accrédité pour ce type avec un autre schéma[ : {did}]. Refusez l'attestation.",
  scope_widened: "Quelqu'un a donné une accréditation pour plus que la sienne[ : {did}]. Refusez l'attestation.",
  terms_of_use_ambiguous:
    "L'attestation nomme plusieurs accréditations[ de {did}], et aucune ne mène à une racine du fichier de confiance. Refusez-la.",
  terms_of_use_missing: "L'attestation ne dit pas par quelle accréditation[ de {did}] elle a été émise. Refusez-la.",
  terms_of_use_not_registry:
    "L'attestation nomme une accréditation[ de {did}] hors des registres auxquels on se fie ici[ : {registry}]. Refusez-la, sauf si ce réseau doit compter ici : il se règle dans SYMBOLON_EBSI_REGISTRIES.",
  terms_of_use_other_did: "L'attestation nomme l'accréditation de quelqu'un d'autre que de son émetteur[ : {did}]. Refusez-la.",
  type_not_covered: "Son émetteur n'est pas accrédité pour ce type[ : {did}]. Refusez l'attestation.",
}

{{/* Of a release's name of 53 characters it takes 40, and it always has the chart's in it, by which the alert rules know their targets. */}}
{{- define "manyhands.name" -}}
{{- $release := .Release.Name | trunc 40 | trimSuffix "-" }}
{{- if contains .Chart.Name $release }}{{ $release }}{{ else }}{{ printf "%s-%s" $release .Chart.Name }}{{ end }}
{{- end }}

{{/* What marks a pod and never changes. Takes a list: the root, the role. */}}
{{- define "manyhands.selector" -}}
app.kubernetes.io/name: manyhands
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "manyhands.labels" -}}
{{ include "manyhands.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{/* The pod of a role. Takes a list: the root, the role, its values. */}}
{{- define "manyhands.pod" -}}
{{- $root := index . 0 }}{{ $role := index . 1 }}{{ $values := index . 2 }}
metadata:
  labels:
    {{- include "manyhands.selector" (list $root $role) | nindent 4 }}
  annotations:
    # Other settings are other pods.
    checksum/settings: {{ include "manyhands.settings" (list $root $role) | sha256sum }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.terminationGracePeriodSeconds }}
  terminationGracePeriodSeconds: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: manyhands
      image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      env:
        - {name: SPRING_CONFIG_ADDITIONAL_LOCATION, value: "file:/etc/manyhands/"}
        - {name: JDK_JAVA_OPTIONS, value: {{ $root.Values.javaOptions | quote }}}
      ports:
        - {name: http, containerPort: 8080}
      # The start takes some seconds, on a busy node many.
      startupProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /actuator/health/readiness, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
      {{- if eq $role "api" }}
      # It goes on as before until nobody is sent to it any more; what the stop itself takes comes after that.
      lifecycle:
        preStop:
          exec: {command: [sleep, "5"]}
      {{- end }}
      resources: {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        - {name: settings, mountPath: /etc/manyhands, readOnly: true}
        - {name: secrets, mountPath: /run/manyhands, readOnly: true}
        - {name: data, mountPath: /data}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: settings
      configMap: {name: {{ include "manyhands.name" $root }}-{{ $role }}}
    - name: secrets
      projected:
        defaultMode: 0440
        sources:
          - secret:
              name: {{ $root.Values.key.existingSecret }}
              items: [{key: {{ $root.Values.key.item | quote }}, path: admin.key}]
          - secret:
              name: {{ $root.Values.broker.existingSecret }}
              items: [{key: {{ $root.Values.broker.item | quote }}, path: spring.rabbitmq.password}]
          {{- if eq $role "api" }}
          - secret:
              name: {{ $root.Values.database.existingSecret }}
              items: [{key: {{ $root.Values.database.item | quote }}, path: spring.datasource.password}]
          {{- end }}
    # Nothing that has to last: that is in PostgreSQL.
    - name: data
      emptyDir: {sizeLimit: {{ $values.temporarySize }}}
    - name: tmp
      emptyDir: {sizeLimit: {{ $values.temporarySize }}}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- else }}
  # Several machines rather than one, where there are several.
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "manyhands.selector" (list $root $role) | nindent 10 }}
  {{- end }}
{{- end }}

{{/* Nothing, if who scales between them can. Takes a list: the name of its values, its values. */}}
{{- define "manyhands.replicas" -}}
{{- $values := index . 1 }}
{{- if lt (int $values.maxReplicas) (int $values.minReplicas) }}
{{- fail (printf "%s.maxReplicas: expected minReplicas (%v) or more, got %v" (index . 0) $values.minReplicas $values.maxReplicas) }}
{{- end }}
{{- end }}

{{/* As it stands in the database's URL, or PostgreSQL's own. */}}
{{- define "manyhands.databasePort" -}}
{{- $host := .Values.database.url | trimPrefix "jdbc:postgresql://" | regexFind "^[^/?]*" }}
{{- regexFind ":[0-9]+$" $host | trimPrefix ":" | default "5432" }}
{{- end }}

{{/* The application.yaml of a role. Takes a list: the root, the role. */}}
{{- define "manyhands.settings" -}}
{{- $root := index . 0 }}{{ $role := index . 1 }}
{{- $rabbit := dict "host" $root.Values.broker.host "port" $root.Values.broker.port "username" $root.Values.broker.username "virtual-host" $root.Values.broker.virtualHost }}
{{- $spring := dict "config" (dict "import" "configtree:/run/manyhands/") "rabbitmq" $rabbit }}
{{- if eq $role "api" }}
{{- $_ := set $spring "datasource" (dict "url" $root.Values.database.url "username" $root.Values.database.username) }}
{{- end }}
{{- $manyhands := dict "data" "/data" "roles" $role "cluster" (dict "enabled" true) "functions" (dict "allowed" $root.Values.functions.allowed) "security" (dict "key-file" "/run/manyhands/admin.key") }}
{{- if eq $role "worker" }}
{{- $_ := set $manyhands.cluster "grace" (printf "%ds" (min 3600 (sub $root.Values.worker.terminationGracePeriodSeconds 20))) }}
{{- $limits := dict }}
{{- with $root.Values.worker.taskLimits.memory }}{{ $_ := set $limits "memory" . }}{{ end }}
{{- with $root.Values.worker.taskLimits.fileSize }}{{ $_ := set $limits "file-size" . }}{{ end }}
{{- if $limits }}{{ $_ := set $manyhands "processes" (dict "limits" $limits) }}{{ end }}
{{- end }}
{{- $server := dict "address" "0.0.0.0" }}
{{- if $root.Values.ingress.enabled }}
{{- $_ := set $server "forward-headers-strategy" "native" }}
{{- end }}
{{- $own := dict "server" $server "spring" $spring "manyhands" $manyhands }}
{{- mergeOverwrite $own (deepCopy $root.Values.settings) | toYaml }}
{{- end }}

"""The manifests, built by kubectl and held against real schemas.

Kinds of Kubernetes itself: kubernetes-validate's schemas. FlinkDeployment: the definition within the
operator's own jar, 1.10, the newest that Maven Central serves here; it lacks the name of Flink 2.3 and
nothing else that we use. PodMonitor: no schema is to be had, so its few fields are checked by hand.
"""

import copy
import shutil
import subprocess
import zipfile
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
import yaml

from connectors.kafka.bus_url import parse_bus_url
from connectors.store_url import parse_store_url
from deploy.local.maven_jars import maven_jars
from jobs.flink.jvm_options import EXIT_WITHOUT_MEMORY
from jobs.flink.metric_options import PYTHON_METRICS, prometheus_options
from jobs.flink.network_options import NETWORK_OPTIONS
from jobs.settings import load_settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("city", "one-machine", "province")
#: A version between those that clusters run today.
KUBERNETES = "1.32"
CUSTOM = {"FlinkDeployment", "PodMonitor"}


def built(overlay: str) -> list[dict]:
    kubectl = shutil.which("kubectl")
    assert kubectl, "install kubectl"
    done = subprocess.run([kubectl, "kustomize", FOLDER / overlay], text=True, capture_output=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module", params=OVERLAYS)
def objects(request) -> list[dict]:
    return built(request.param)


def one(objects: list[dict], kind: str, name: str) -> dict:
    found = [each for each in objects if each["kind"] == kind and each["metadata"]["name"] == name]
    assert len(found) == 1, (kind, name)
    return found[0]


def pod_specs(objects: list[dict]) -> dict[str, dict]:
    deployments = [each for each in objects if each["kind"] == "Deployment"]
    names = {each["metadata"]["name"].removeprefix("duanka-"): each["spec"]["template"]["spec"] for each in deployments}
    assert {"learner", "console", "dispatcher"} <= set(names)
    return names | {
            "cluster": one(objects, "FlinkDeployment", "duanka")["spec"]["podTemplate"]["spec"],
            "submit": one(objects, "Job", "duanka-submit")["spec"]["template"]["spec"]}


def test_kinds_of_kubernetes_are_valid(objects):
    checked = 0
    for each in objects:
        if each["kind"] not in CUSTOM:
            kubernetes_validate.validate(each, KUBERNETES, strict=True)
            checked += 1
    assert checked == len(objects) - 2 and {each["metadata"]["namespace"] for each in objects} == {"duanka"}


def test_a_wrong_manifest_would_not_be(objects):
    wrong = copy.deepcopy(one(objects, "Deployment", "duanka-learner"))
    wrong["spec"]["replicas"] = "one"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


@pytest.fixture(scope="session")
def flink_deployment_schema(tmp_path_factory) -> dict:
    jars = maven_jars(Path(__file__).with_name("operator_crd") / "pom.xml", ROOT / "build" / "operator-crd")
    with zipfile.ZipFile(next(jars.glob("*.jar"))) as jar:
        crd = yaml.safe_load(jar.read("META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"))
    version = next(version for version in crd["spec"]["versions"] if version["name"] == "v1beta1")
    schema = version["schema"]["openAPIV3Schema"]
    known = schema["properties"]["spec"]["properties"]["flinkVersion"]["enum"]
    assert "v1_20" in known and "v2_3" not in known, "a newer operator: drop the next line"
    known.append("v2_3")
    return closed(schema)


def closed(schema: dict) -> dict:
    """Refuse unknown fields where the definition lists them, as the API server drops them."""
    if "properties" in schema and "x-kubernetes-preserve-unknown-fields" not in schema:
        schema.setdefault("additionalProperties", False)
    for part in schema.get("properties", {}).values():
        closed(part)
    if isinstance(schema.get("items"), dict):
        closed(schema["items"])
    return schema


def test_the_flink_cluster_is_valid(objects, flink_deployment_schema):
    cluster = one(objects, "FlinkDeployment", "duanka")
    validator = jsonschema.Draft7Validator(flink_deployment_schema["properties"]["spec"])
    validator.validate(cluster["spec"])
    for wrong in ({"taskManagers": {}}, {"mode": "sometimes"}, {"jobManager": {"replicas": "two"}}):
        assert not validator.is_valid(cluster["spec"] | wrong), wrong


def test_flink_s_options_are_those_that_the_job_rests_on(objects):
    options = one(objects, "FlinkDeployment", "duanka")["spec"]["flinkConfiguration"]
    assert all(isinstance(value, str) for value in options.values())
    assert dict(NETWORK_OPTIONS).items() <= options.items()
    assert (prometheus_options("9249") | {PYTHON_METRICS: "true"}).items() <= options.items()
    assert options["env.java.opts.all"] == EXIT_WITHOUT_MEMORY
    assert options["high-availability.type"] == "kubernetes"
    assert options["high-availability.storageDir"].startswith("file:///var/lib/duanka/state/")


def test_settings_are_valid_and_fit_the_cluster(objects, tmp_path):
    text = one(objects, "ConfigMap", "duanka-settings")["data"]["duanka.toml"]
    (tmp_path / "duanka.toml").write_text(text)
    settings = load_settings(tmp_path / "duanka.toml")
    bus, store = parse_bus_url(settings.bus), parse_store_url(settings.store)
    cluster = one(objects, "FlinkDeployment", "duanka")
    assert settings.cluster == f"http://{cluster['metadata']['name']}-rest:8081"
    mounts = {mount["mountPath"] for mount in
              one(objects, "Job", "duanka-submit")["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]}
    assert {str(settings.state), str(settings.models)} <= mounts
    ports = {port["port"] for port in
             one(objects, "NetworkPolicy", "duanka-kafka-and-clickhouse")["spec"]["egress"][0]["ports"]}
    assert ports == {int(bus.bootstrap.rpartition(":")[2]), store.port}
    slots = int(cluster["spec"]["flinkConfiguration"]["taskmanager.numberOfTaskSlots"])
    assert settings.parallelism % slots == 0 and settings.shards % settings.parallelism == 0
    assert int(cluster["spec"]["taskManager"]["resource"]["cpu"]) == slots


def test_secrets_are_files_that_only_the_pod_reads_and_are_not_in_here(objects):
    assert not [each for each in objects if each["kind"] == "Secret"]
    for name, spec in pod_specs(objects).items():
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert volumes["passwords"]["secret"] == {"secretName": "duanka-passwords", "defaultMode": 0o440}, name
        for container in spec["containers"]:
            given = {variable["name"]: variable["value"] for variable in container["env"]}
            assert given["DUANKA_STORE_PASSWORD_FILE"] == "/etc/duanka/passwords/store"
            assert not [key for key in given if "PASSWORD" in key and not key.endswith("_FILE")]


def test_pods_run_as_nobody_special(objects):
    for name, spec in pod_specs(objects).items():
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True and security["runAsUser"] == 9999, name
        for container in spec["containers"]:
            assert container["securityContext"] == {"allowPrivilegeEscalation": False,
                                                    "capabilities": {"drop": ["ALL"]}}
    assert all(spec.get("automountServiceAccountToken") is False for name, spec in pod_specs(objects).items()
               if name != "cluster")


def test_every_volume_and_account_that_is_named_is_there(objects):
    claims = {each["metadata"]["name"] for each in objects if each["kind"] == "PersistentVolumeClaim"}
    for spec in pod_specs(objects).values():
        volumes = {volume["name"] for volume in spec["volumes"]}
        for container in spec["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes
        assert {volume["persistentVolumeClaim"]["claimName"] for volume in spec["volumes"]
                if "persistentVolumeClaim" in volume} <= claims == {"duanka-state", "duanka-models"}
    account = one(objects, "FlinkDeployment", "duanka")["spec"]["serviceAccount"]
    assert one(objects, "ServiceAccount", account)
    assert one(objects, "RoleBinding", account)["subjects"][0]["name"] == account


def test_selectors_meet_the_pods(objects):
    part = {"app.kubernetes.io/part-of": "duanka"}
    cluster = one(objects, "FlinkDeployment", "duanka")["spec"]["podTemplate"]["metadata"]["labels"]
    assert part.items() <= cluster.items()
    for each in objects:
        if each["kind"] in ("Job", "Deployment"):
            labels = each["spec"]["template"]["metadata"]["labels"]
            assert part.items() <= labels.items()
            assert each["kind"] == "Job" or each["spec"]["selector"]["matchLabels"].items() <= labels.items()
    console = one(objects, "Deployment", "duanka-console")["spec"]["template"]["metadata"]["labels"]
    assert one(objects, "Service", "duanka-console")["spec"]["selector"].items() <= console.items()
    monitor, budget = one(objects, "PodMonitor", "duanka"), one(objects, "PodDisruptionBudget", "duanka")
    for each in (monitor, budget):
        assert each["spec"]["selector"]["matchLabels"].items() <= cluster.items()
    ports = {port["name"]: port["containerPort"]
             for port in pod_specs(objects)["cluster"]["containers"][0]["ports"]}
    assert set(monitor["spec"]) == {"selector", "podMetricsEndpoints"}
    assert [set(endpoint) for endpoint in monitor["spec"]["podMetricsEndpoints"]] == [{"port", "interval"}]
    assert ports[monitor["spec"]["podMetricsEndpoints"][0]["port"]] == 9249


def test_nothing_is_let_in_or_out_but_what_is_named(objects):
    policies = {each["metadata"]["name"]: each["spec"] for each in objects if each["kind"] == "NetworkPolicy"}
    nothing = policies["duanka-nothing-else"]
    assert set(nothing["policyTypes"]) == {"Ingress", "Egress"} and "ingress" not in nothing and "egress" not in nothing
    for spec in policies.values():
        for rule in (*spec.get("ingress", ()), *spec.get("egress", ())):
            peers = rule.get("from", rule.get("to"))
            assert peers, "a rule without peers admits everybody"
            for peer in peers:
                if "ipBlock" in peer:
                    assert peer["ipBlock"]["cidr"] != "0.0.0.0/0" and rule["ports"]


def test_only_one_machine_has_volumes_of_one_machine():
    for overlay, mode in (("city", "ReadWriteMany"), ("province", "ReadWriteMany"), ("one-machine", "ReadWriteOnce")):
        claims = [each for each in built(overlay) if each["kind"] == "PersistentVolumeClaim"]
        assert [claim["spec"]["accessModes"] for claim in claims] == [[mode], [mode]]

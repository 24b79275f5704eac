-- A database as version 0001 of the schema wrote it, row by row; `test_migrations.py` loads it.
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (1, 1795506083, '', 'authRegisterRequest', '', 'ok', '', 'admin@example.org', '0000000000000000000000000000000000000000000000000000000000000000', '2f6bc2bc5161abc3bc657dca0e210125911b3964f6915fba23274570ab4a4194');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (2, 1795506083, '', 'authRegisterRequest', '', 'ok', '', 'owner@example.org', '2f6bc2bc5161abc3bc657dca0e210125911b3964f6915fba23274570ab4a4194', '78339e1e038134204dc59b287b1c88be5696fb099afa84f484fc8e69922b5c0e');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (3, 1795506083, '', 'authRegisterRequest', '', 'ok', '', 'user@example.org', '78339e1e038134204dc59b287b1c88be5696fb099afa84f484fc8e69922b5c0e', '2da2625d5b6f5e41530cfaae3c5f1357103bc0c4fe0db5955496ef86ee51a831');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (4, 1795506083, '', 'authRegisterRequest', '', 'ok', '', 'waiting@example.org', '2da2625d5b6f5e41530cfaae3c5f1357103bc0c4fe0db5955496ef86ee51a831', '78fc602bbecf9e0783fd9c8e6691b06f864d277b60fa7b768fcb692bd33e7aba');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (5, 1795506083, 'admin@example.org', 'UserUpdate', '3', 'ok', 'r1', '', '78fc602bbecf9e0783fd9c8e6691b06f864d277b60fa7b768fcb692bd33e7aba', 'bdadfee86b943e5940dfd885d4e105170dc427d859c0f4c45b9d58ec9c11d078');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (6, 1795506083, 'user@example.org', 'QueryCreate', '', 'ok', 'r2', 'job e9e8164b-e2f7-4909-9824-56b705d49819', 'bdadfee86b943e5940dfd885d4e105170dc427d859c0f4c45b9d58ec9c11d078', 'ada878ea6b2199708a12c70195fa982bac3512378b9da07432fc881f985872ca');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (7, 1795506083, 'user@example.org', 'QueryCreate', '', 'ok', 'r2', 'job a6f0165a-5a18-4828-a403-8afb05dd47da', 'ada878ea6b2199708a12c70195fa982bac3512378b9da07432fc881f985872ca', 'e9e607969a128ed61879c763345aba8b21f7b09b75fe45c3db009552f450a074');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (8, 1795506083, 'user@example.org', 'QueryCreate', '', 'ok', 'r2', 'job 4f900051-5dc6-4168-a73a-a91840e35011', 'e9e607969a128ed61879c763345aba8b21f7b09b75fe45c3db009552f450a074', '95936eec00a582a1cbb7db1a0947cae76b4673ed4eca03b0c52f4d24ddc637b9');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (9, 1795506083, 'user@example.org', 'QueryCreate', '', 'ok', 'r2', 'job 7bda95f0-f182-43d7-b6e5-88cb41a9f339', '95936eec00a582a1cbb7db1a0947cae76b4673ed4eca03b0c52f4d24ddc637b9', '41afd329fc6eab255b516f3bd358f2db3a4a5d5a3814c32b8d4a269b0f531b0f');
INSERT INTO audits (audit_id, timestamp, actor, action, object, outcome, request_id, description, previous_hash, hash) VALUES (10, 1795506083, 'user@example.org', 'DataGet', 'unseen', 'refused 404', '', '', '41afd329fc6eab255b516f3bd358f2db3a4a5d5a3814c32b8d4a269b0f531b0f', 'faa8dda43b23a05aab6c234ed3e756ca1ab2402fe92892ce0d0b959b44b76bd6');
INSERT INTO chain_heads (chain, last_id, hash) VALUES ('audits', 10, 'faa8dda43b23a05aab6c234ed3e756ca1ab2402fe92892ce0d0b959b44b76bd6');
INSERT INTO chain_heads (chain, last_id, hash) VALUES ('ledger', 7, '863e30c94e508f9369321154814f72c6a470229ceeb05526e206d656df497b41');
INSERT INTO lineages (lineage, created_at) VALUES ('5c2b705e-7907-4581-9dca-d64de8ee5aec', 1795506083);
INSERT INTO lineages (lineage, created_at) VALUES ('ed34f96d-27ad-4585-b712-5cd86b084fba', 1795506083);
INSERT INTO local_session (proxy, token, created_at) VALUES ('embedded', '0000000000000000000000000000000000000000000', 1795506083);
INSERT INTO login_attempts (key_hash, attempts, window_start) VALUES ('6666c75028b3ffe840327f962088935f5562e76200de3fbe6f6cb6ec56b197db', 1, 1795506083);
INSERT INTO login_attempts (key_hash, attempts, window_start) VALUES ('c2fc51866118c7353bdc3e55fd6bee97179e1f3a118ea5d8ba4955e7e7a0d5c7', 4, 1795506083);
INSERT INTO roles (role_id, role_name, permission, created_at, updated_at) VALUES (1, 'admins', 4, 1795506083, 1795506083);
INSERT INTO roles (role_id, role_name, permission, created_at, updated_at) VALUES (2, 'owners', 3, 1795506083, 1795506083);
INSERT INTO roles (role_id, role_name, permission, created_at, updated_at) VALUES (3, 'users', 2, 1795506083, 1795506083);
INSERT INTO roles (role_id, role_name, permission, created_at, updated_at) VALUES (4, 'auditors', 1, 1795506083, 1795506083);
INSERT INTO users (user_id, email, password_hash, state, name, avatar, company, location, public_email, website, created_at, updated_at) VALUES (1, 'admin@example.org', '$argon2id$v=19$m=19456,t=2,p=1$iXGnad8XBY598J5CQPZE6Q$djr4zMOCi25cqwZtYpeSW78JL934kShgSNKFr1SXoIY', 'confirmed', '', '', '', '', '', '', 1795506083, 1795506083);
INSERT INTO users (user_id, email, password_hash, state, name, avatar, company, location, public_email, website, created_at, updated_at) VALUES (2, 'owner@example.org', '$argon2id$v=19$m=19456,t=2,p=1$xJXnUltRNBvWU9cL18YldA$xSY6IvmoRg8BJ848ZXxAaeg5WE526/MFCABh0hAz7/8', 'confirmed', '', '', '', '', '', '', 1795506083, 1795506083);
INSERT INTO users (user_id, email, password_hash, state, name, avatar, company, location, public_email, website, created_at, updated_at) VALUES (3, 'user@example.org', '$argon2id$v=19$m=19456,t=2,p=1$SN2W10Al41tOJJ24X1dbsg$GBURr/1ELLpm9hTv1gMdrxuUiGVcwjx4Y85ktzNMnLQ', 'confirmed', 'Zoë O''Neil: 100% "ü"', '', '', '', '', 'https://example.org/?a=1&b=%20', 1795506083, 1795506083);
INSERT INTO users (user_id, email, password_hash, state, name, avatar, company, location, public_email, website, created_at, updated_at) VALUES (4, 'waiting@example.org', '$argon2id$v=19$m=19456,t=2,p=1$iXqBq7jt9DxdgQUu+RqoAQ$6DFJ6i1Q1NGXFDJiBDnWLZjbme9/PJRz8MF69d0DZHo', 'waiting', '', '', '', '', '', '', 1795506083, 1795506083);
INSERT INTO data (data_id, data_uuid, data_name, user_id, lineage, meta, meta_version, data_description, data_type, data_state, data_size, job_uuid, fingerprint, digest, created_at, updated_at, deleted_at) VALUES (1, 'a800e3b6-6cce-4842-9e21-92614c930627', 'census', 2, 'ed34f96d-27ad-4585-b712-5cd86b084fba', '# The example dataset. `python examples/make_census.py FOLDER` writes census.csv; FOLDER is a data folder of the server.
meta_dataset:
  format: simple
  specification: dataset_v1
  node:
    dataset:
      attributes:
        data:
          name: census
          description: Made-up census microdata, up to three rows per person.
          tags: [example, census]
          metadata_is_public: true
        differential_privacy:
          privacy_level: 2
      child_nodes:
        database:
          attributes:
            data:
              name: census_file
            connector:
              type_name: csv
              uri: census.csv
          child_nodes:
            schema:
              attributes:
                data:
                  name: census
              child_nodes:
                table:
                  attributes:
                    data:
                      name: people
                      description: One row per person and year.
                    differential_privacy:
                      privacy_column: user_id
                      budget_epsilon: 10.0
                      budget_delta: 0.00001
                    private_sql:
                      max_ids: 3
                  child_nodes:
                    column_0:
                      attributes:
                        data: {name: user_id, data_type_name: int, selectable: false}
                        private_synthesis: {synthesizable: false}
                    column_1:
                      attributes:
                        data: {name: age, data_type_name: int, description: Years.}
                        private_sql: {nullable: false}
                        private_sql_and_synthesis: {lower: 18, upper: 100}
                        machine_learning: {is_feature: true}
                    column_2:
                      attributes:
                        data: {name: sex, data_type_name: string}
                        private_sql: {allowed_values: [F, M], nullable: false}
                        machine_learning: {is_feature: true}
                    column_3:
                      attributes:
                        data: {name: education, data_type_name: string, description: Highest completed level.}
                        private_sql:
                          allowed_values: [none, primary, secondary, vocational, bachelor, master, doctorate]
                          nullable: false
                        machine_learning: {is_feature: true}
                    column_4:
                      attributes:
                        data: {name: race, data_type_name: string, description: ''Not declared public: keys need a threshold.''}
                        private_sql_and_synthesis: {cardinality: 6}
                    column_5:
                      attributes:
                        data: {name: married, data_type_name: boolean}
                        private_sql: {nullable: false}
                        machine_learning: {is_feature: true}
                    column_6:
                      attributes:
                        data: {name: income, data_type_name: float, description: ''A year, before tax; empty where not answered.''}
                        private_sql_and_synthesis: {lower: 0.0, upper: 250000.0}
                        machine_learning: {is_target: true}
', 1, '', 'CSV', 'ready', 1000, NULL, '{"census.people":"1"}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1795506083, 1795506083, NULL);
INSERT INTO data (data_id, data_uuid, data_name, user_id, lineage, meta, meta_version, data_description, data_type, data_state, data_size, job_uuid, fingerprint, digest, created_at, updated_at, deleted_at) VALUES (2, 'dbc52192-aaec-4b17-935a-73f375387c44', 'gone', 2, '5c2b705e-7907-4581-9dca-d64de8ee5aec', '# The example dataset. `python examples/make_census.py FOLDER` writes census.csv; FOLDER is a data folder of the server.
meta_dataset:
  format: simple
  specification: dataset_v1
  node:
    dataset:
      attributes:
        data:
          name: census
          description: Made-up census microdata, up to three rows per person.
          tags: [example, census]
          metadata_is_public: true
        differential_privacy:
          privacy_level: 2
      child_nodes:
        database:
          attributes:
            data:
              name: census_file
            connector:
              type_name: csv
              uri: census.csv
          child_nodes:
            schema:
              attributes:
                data:
                  name: census
              child_nodes:
                table:
                  attributes:
                    data:
                      name: people
                      description: One row per person and year.
                    differential_privacy:
                      privacy_column: user_id
                      budget_epsilon: 10.0
                      budget_delta: 0.00001
                    private_sql:
                      max_ids: 3
                  child_nodes:
                    column_0:
                      attributes:
                        data: {name: user_id, data_type_name: int, selectable: false}
                        private_synthesis: {synthesizable: false}
                    column_1:
                      attributes:
                        data: {name: age, data_type_name: int, description: Years.}
                        private_sql: {nullable: false}
                        private_sql_and_synthesis: {lower: 18, upper: 100}
                        machine_learning: {is_feature: true}
                    column_2:
                      attributes:
                        data: {name: sex, data_type_name: string}
                        private_sql: {allowed_values: [F, M], nullable: false}
                        machine_learning: {is_feature: true}
                    column_3:
                      attributes:
                        data: {name: education, data_type_name: string, description: Highest completed level.}
                        private_sql:
                          allowed_values: [none, primary, secondary, vocational, bachelor, master, doctorate]
                          nullable: false
                        machine_learning: {is_feature: true}
                    column_4:
                      attributes:
                        data: {name: race, data_type_name: string, description: ''Not declared public: keys need a threshold.''}
                        private_sql_and_synthesis: {cardinality: 6}
                    column_5:
                      attributes:
                        data: {name: married, data_type_name: boolean}
                        private_sql: {nullable: false}
                        machine_learning: {is_feature: true}
                    column_6:
                      attributes:
                        data: {name: income, data_type_name: float, description: ''A year, before tax; empty where not answered.''}
                        private_sql_and_synthesis: {lower: 0.0, upper: 250000.0}
                        machine_learning: {is_target: true}
', 1, '', 'CSV', 'ready', NULL, NULL, 'x', '', 1795506083, 1795506083, 1795506083);
INSERT INTO data (data_id, data_uuid, data_name, user_id, lineage, meta, meta_version, data_description, data_type, data_state, data_size, job_uuid, fingerprint, digest, created_at, updated_at, deleted_at) VALUES (3, 'fb599a65-5aea-48b4-82e8-6168d67dcc6e', 'gone', 1, '5c2b705e-7907-4581-9dca-d64de8ee5aec', '# The example dataset. `python examples/make_census.py FOLDER` writes census.csv; FOLDER is a data folder of the server.
meta_dataset:
  format: simple
  specification: dataset_v1
  node:
    dataset:
      attributes:
        data:
          name: census
          description: Made-up census microdata, up to three rows per person.
          tags: [example, census]
          metadata_is_public: true
        differential_privacy:
          privacy_level: 2
      child_nodes:
        database:
          attributes:
            data:
              name: census_file
            connector:
              type_name: csv
              uri: census.csv
          child_nodes:
            schema:
              attributes:
                data:
                  name: census
              child_nodes:
                table:
                  attributes:
                    data:
                      name: people
                      description: One row per person and year.
                    differential_privacy:
                      privacy_column: user_id
                      budget_epsilon: 10.0
                      budget_delta: 0.00001
                    private_sql:
                      max_ids: 3
                  child_nodes:
                    column_0:
                      attributes:
                        data: {name: user_id, data_type_name: int, selectable: false}
                        private_synthesis: {synthesizable: false}
                    column_1:
                      attributes:
                        data: {name: age, data_type_name: int, description: Years.}
                        private_sql: {nullable: false}
                        private_sql_and_synthesis: {lower: 18, upper: 100}
                        machine_learning: {is_feature: true}
                    column_2:
                      attributes:
                        data: {name: sex, data_type_name: string}
                        private_sql: {allowed_values: [F, M], nullable: false}
                        machine_learning: {is_feature: true}
                    column_3:
                      attributes:
                        data: {name: education, data_type_name: string, description: Highest completed level.}
                        private_sql:
                          allowed_values: [none, primary, secondary, vocational, bachelor, master, doctorate]
                          nullable: false
                        machine_learning: {is_feature: true}
                    column_4:
                      attributes:
                        data: {name: race, data_type_name: string, description: ''Not declared public: keys need a threshold.''}
                        private_sql_and_synthesis: {cardinality: 6}
                    column_5:
                      attributes:
                        data: {name: married, data_type_name: boolean}
                        private_sql: {nullable: false}
                        machine_learning: {is_feature: true}
                    column_6:
                      attributes:
                        data: {name: income, data_type_name: float, description: ''A year, before tax; empty where not answered.''}
                        private_sql_and_synthesis: {lower: 0.0, upper: 250000.0}
                        machine_learning: {is_target: true}
', 1, '', 'CSV', 'failed', NULL, NULL, '', '', 1795506083, 1795506083, NULL);
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (1, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'grant', 10000000000, 1000000000000000, 2, NULL, '[]', 1795506083, '0000000000000000000000000000000000000000000000000000000000000000', 'aa5723df1210c530c9434b0080396dab1c2431320d4fb7b12de6d2cd07cd3828');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (2, '5c2b705e-7907-4581-9dca-d64de8ee5aec', 'grant', 100000000, 0, NULL, NULL, '[]', 1795506083, 'aa5723df1210c530c9434b0080396dab1c2431320d4fb7b12de6d2cd07cd3828', 'a3d4d46ea57b5c85b82a8d327f1cdde81d1967b5f8a8817b3294432feecadda4');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (3, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'charge', 500000000, 100000000000, 3, 'e9e8164b-e2f7-4909-9824-56b705d49819', '[{"mechanism":"laplace","scale":2.0}]', 1795506083, 'a3d4d46ea57b5c85b82a8d327f1cdde81d1967b5f8a8817b3294432feecadda4', '4c6145e904753c62529cf3f9cf2501c8b4443e8cb6229e3d1e0789d7dc4643b9');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (4, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'charge', 1250000000, 100000000000, 3, 'a6f0165a-5a18-4828-a403-8afb05dd47da', '[{"mechanism":"laplace","scale":2.0}]', 1795506083, '4c6145e904753c62529cf3f9cf2501c8b4443e8cb6229e3d1e0789d7dc4643b9', '04abd3e2d4dcbfc7fecf6078f2a913d18d2a9550aa59c5b21669a6dd5c74938b');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (5, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'charge', 100000000, 100000000000, 3, '4f900051-5dc6-4168-a73a-a91840e35011', '[{"mechanism":"laplace","scale":2.0}]', 1795506083, '04abd3e2d4dcbfc7fecf6078f2a913d18d2a9550aa59c5b21669a6dd5c74938b', '52de8253a7a714962eac78c4738631a742b8fffade0d87fc44fa573617fc2438');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (6, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'charge', 300000000, 100000000000, 3, '7bda95f0-f182-43d7-b6e5-88cb41a9f339', '[{"mechanism":"laplace","scale":2.0}]', 1795506083, '52de8253a7a714962eac78c4738631a742b8fffade0d87fc44fa573617fc2438', '2c2463716e12fc4a476b89cb536ab90fa1f7ed581174cb76eb86d9cc16f5ca3a');
INSERT INTO ledger (entry_id, lineage, kind, epsilon, delta, user_id, job_uuid, mechanisms, created_at, previous_hash, hash) VALUES (7, 'ed34f96d-27ad-4585-b712-5cd86b084fba', 'grant', -2850000000, -499600000000000, 1, NULL, '[]', 1795506083, '2c2463716e12fc4a476b89cb536ab90fa1f7ed581174cb76eb86d9cc16f5ca3a', '863e30c94e508f9369321154814f72c6a470229ceeb05526e206d656df497b41');
INSERT INTO origins (kind, value, lineage, created_at) VALUES ('digest', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'ed34f96d-27ad-4585-b712-5cd86b084fba', 1795506083);
INSERT INTO origins (kind, value, lineage, created_at) VALUES ('digest', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '5c2b705e-7907-4581-9dca-d64de8ee5aec', 1795506083);
INSERT INTO origins (kind, value, lineage, created_at) VALUES ('path', '/data/census.csv', 'ed34f96d-27ad-4585-b712-5cd86b084fba', 1795506083);
INSERT INTO origins (kind, value, lineage, created_at) VALUES ('path', '/data/gone.csv', '5c2b705e-7907-4581-9dca-d64de8ee5aec', 1795506083);
INSERT INTO origins (kind, value, lineage, created_at) VALUES ('path', '/data/more.csv', 'ed34f96d-27ad-4585-b712-5cd86b084fba', 1795506083);
INSERT INTO sessions (session_id, token_hash, user_id, created_at, expires_at, revoked_at, client) VALUES (1, 'de361df0877d1e3d12194bb6897e80d104d9e08373e4e6d76c20c549f9d5a2c5', 1, 1795506083, 4949106083, NULL, '127.0.0.1');
INSERT INTO sessions (session_id, token_hash, user_id, created_at, expires_at, revoked_at, client) VALUES (2, 'c9901fd015a12e8024b2b464b65f27bbdfaad1d026d5aff92a24bfc46cb9c571', 2, 1795506083, 4949106083, NULL, '127.0.0.1');
INSERT INTO sessions (session_id, token_hash, user_id, created_at, expires_at, revoked_at, client) VALUES (3, '1fcaf5ce76bd084e4d6d70050e5e18f863e9d09fed41fb7c3dcdb09efa971c47', 3, 1795506083, 4949106083, NULL, '127.0.0.1');
INSERT INTO sessions (session_id, token_hash, user_id, created_at, expires_at, revoked_at, client) VALUES (4, '78e76f4fe54c5f4adb43eef95ffeaa9d44ebdab290ea545776e445ed563a4540', 3, 1795506083, 1798098083, 1795506083, '');
INSERT INTO user_roles (user_id, role_id) VALUES (1, 1);
INSERT INTO user_roles (user_id, role_id) VALUES (2, 2);
INSERT INTO user_roles (user_id, role_id) VALUES (3, 3);
INSERT INTO user_roles (user_id, role_id) VALUES (3, 4);
INSERT INTO data_permissions (data_id, role_id, permission) VALUES (1, 3, 2);
INSERT INTO data_permissions (data_id, role_id, permission) VALUES (1, 4, 1);
INSERT INTO jobs (job_uuid, job_type, job_name, job_state, job_progress, job_params, job_logs, job_errors, job_results, user_id, data_id, project_uuid, commit_uuid, priority, lease_owner, lease_until, fence, cancel_requested, created_at, updated_at, run_start_time, run_end_time) VALUES ('09506d6d-298d-4be8-8168-f41d145f049f', 'data.prepare', '', 'created', 0.0, '', '', '', '', 1, 3, NULL, NULL, 0, NULL, NULL, 0, false, 1795506083, 1795506083, NULL, NULL);
INSERT INTO jobs (job_uuid, job_type, job_name, job_state, job_progress, job_params, job_logs, job_errors, job_results, user_id, data_id, project_uuid, commit_uuid, priority, lease_owner, lease_until, fence, cancel_requested, created_at, updated_at, run_start_time, run_end_time) VALUES ('4f900051-5dc6-4168-a73a-a91840e35011', 'query.run', 'query.run', 'running', 0.0, '{"datasets":"census","meta_version":1}', '', '', '', 3, 1, NULL, NULL, 0, 'w', 1795506084455, 1, false, 1795506083, 1795506083, 1795506083455, NULL);
INSERT INTO jobs (job_uuid, job_type, job_name, job_state, job_progress, job_params, job_logs, job_errors, job_results, user_id, data_id, project_uuid, commit_uuid, priority, lease_owner, lease_until, fence, cancel_requested, created_at, updated_at, run_start_time, run_end_time) VALUES ('7bda95f0-f182-43d7-b6e5-88cb41a9f339', 'query.run', 'query.run', 'created', 0.0, '{"datasets":"census","meta_version":1}', '', '', '', 3, 1, NULL, NULL, 0, NULL, NULL, 0, false, 1795506083, 1795506083, NULL, NULL);
INSERT INTO jobs (job_uuid, job_type, job_name, job_state, job_progress, job_params, job_logs, job_errors, job_results, user_id, data_id, project_uuid, commit_uuid, priority, lease_owner, lease_until, fence, cancel_requested, created_at, updated_at, run_start_time, run_end_time) VALUES ('a6f0165a-5a18-4828-a403-8afb05dd47da', 'query.run', 'query.run', 'error', 0.0, '{"datasets":"census","meta_version":1}', '', 'it failed; the cost stays charged', '', 3, 1, NULL, NULL, 0, NULL, NULL, 1, false, 1795506083, 1795506083, 1795506083450, 1795506083451);
INSERT INTO jobs (job_uuid, job_type, job_name, job_state, job_progress, job_params, job_logs, job_errors, job_results, user_id, data_id, project_uuid, commit_uuid, priority, lease_owner, lease_until, fence, cancel_requested, created_at, updated_at, run_start_time, run_end_time) VALUES ('e9e8164b-e2f7-4909-9824-56b705d49819', 'query.run', 'query.run', 'finished', 1.0, '{"datasets":"census","meta_version":1}', '', '', '{"epsilon":1.0}', 3, 1, NULL, NULL, 0, NULL, NULL, 1, false, 1795506083, 1795506083, 1795506083439, 1795506083443);
INSERT INTO artifacts (job_uuid, path, media_type, content, created_at) VALUES ('e9e8164b-e2f7-4909-9824-56b705d49819', 'results.csv', 'text/csv', X'6e0a31320a00ff', 1795506083);
INSERT INTO queries (query_uuid, query_statement, query_datasets, epsilon, delta, tau, private_column, params, permissions, query_result_message) VALUES ('4f900051-5dc6-4168-a73a-a91840e35011', 'SELECT ''it''''s'', COUNT(*) FROM census.people', '{"census": "a800e3b6-6cce-4842-9e21-92614c930627"}', 0.1, 1e-07, NULL, '', '', '', '');
INSERT INTO queries (query_uuid, query_statement, query_datasets, epsilon, delta, tau, private_column, params, permissions, query_result_message) VALUES ('7bda95f0-f182-43d7-b6e5-88cb41a9f339', 'SELECT ''it''''s'', COUNT(*) FROM census.people', '{"census": "a800e3b6-6cce-4842-9e21-92614c930627"}', 0.3, 1e-07, NULL, '', '', '', '');
INSERT INTO queries (query_uuid, query_statement, query_datasets, epsilon, delta, tau, private_column, params, permissions, query_result_message) VALUES ('a6f0165a-5a18-4828-a403-8afb05dd47da', 'SELECT ''it''''s'', COUNT(*) FROM census.people', '{"census": "a800e3b6-6cce-4842-9e21-92614c930627"}', 1.25, 1e-07, 80.0, '', '', '', '');
INSERT INTO queries (query_uuid, query_statement, query_datasets, epsilon, delta, tau, private_column, params, permissions, query_result_message) VALUES ('e9e8164b-e2f7-4909-9824-56b705d49819', 'SELECT ''it''''s'', COUNT(*) FROM census.people', '{"census": "a800e3b6-6cce-4842-9e21-92614c930627"}', 0.5, 1e-07, NULL, '', '', '', 'm');
